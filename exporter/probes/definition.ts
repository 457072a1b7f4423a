import { kindOf, type ProbeConfig } from '../config/probes.ts';
import type { Labels } from '../model/labels.ts';
import { type FindContainers, runAttempt } from './attempt.ts';
import { ProbeUnknown } from './failure.ts';
import type { ProbeNetwork } from './net/network.ts';
import type { ProbeKind } from './probe-kind.ts';
import type { ScheduledProbe } from './schedule.ts';
import { shownTarget } from './shown-target.ts';

/** What a probe is made of, wherever it was asked for. */
export interface ProbePlan {
  /** No other probe's. */
  readonly key: string;
  readonly kind: ProbeKind;
  readonly target: string;
  /** Of the kind. */
  readonly options: Readonly<Record<string, unknown>>;
  /** probe, kind, target and, of one that labels ask for, the container's. */
  readonly seriesLabels: Labels;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Whether labels ask for it. */
  readonly isGuest: boolean;
  readonly network: ProbeNetwork;
}

/** A probe that is ready to be run. */
export interface ProbeDefinition extends ScheduledProbe {
  readonly seriesLabels: Labels;
}

/** What a probe takes where it does not say it. */
export interface ProbeDefaults {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
}

/** Definitions of plans: the same object for the same plan, so that what did not change goes on undisturbed. */
export function createDefinitions(findContainers: FindContainers): (plan: ProbePlan) => ProbeDefinition {
  const known = new WeakMap<ProbePlan, ProbeDefinition>();
  return (plan) => {
    const definition = known.get(plan) ?? define(plan, findContainers);
    known.set(plan, definition);
    return definition;
  };
}

function define(plan: ProbePlan, findContainers: FindContainers): ProbeDefinition {
  const { key, kind, target, options, seriesLabels, intervalMs, timeoutMs, retries, isGuest, network } = plan;
  return {
    key,
    seriesLabels,
    intervalMs,
    retries,
    isGuest,
    attempt: (signal) =>
      runAttempt((attempt) => kind.run(attempt, target, options), { timeoutMs, network, findContainers, signal }).catch(
        noneIfUnknown,
      ),
  };
}

function noneIfUnknown(error: unknown): undefined {
  if (!(error instanceof ProbeUnknown)) throw error;
}

/** Plans of what is configured: the same object as long as nothing of it changes. */
export function createConfiguredPlans() {
  let known: readonly Configured[] = [];
  return (probes: readonly ProbeConfig[], defaults: ProbeDefaults, network: ProbeNetwork): readonly ProbePlan[] => {
    known = probes.map((probe) => {
      // Of a compiled pattern only what was written is in the text: its function is a new one each time.
      const saying = JSON.stringify({ probe, defaults });
      const same = known.find((one) => one.network === network && one.saying === saying);
      return same ?? { saying, network, plan: planOf(probe, defaults, network) };
    });
    return known.map(({ plan }) => plan);
  };
}

interface Configured {
  readonly saying: string;
  readonly network: ProbeNetwork;
  readonly plan: ProbePlan;
}

function planOf(probe: ProbeConfig, defaults: ProbeDefaults, network: ProbeNetwork): ProbePlan {
  const kind = kindOf(probe);
  // The option that the kind says is its target is a text.
  const target = probe[kind.targetOption] as string;
  return {
    // A name has no slash in it, the key of one that labels ask for has.
    key: probe.name,
    kind,
    target,
    options: probe,
    seriesLabels: { probe: probe.name, kind: kind.name, target: shownTarget(target) },
    intervalMs: probe.interval ?? defaults.interval,
    timeoutMs: probe.timeout ?? defaults.timeout,
    retries: probe.retries ?? defaults.retries,
    isGuest: false,
    network,
  };
}
