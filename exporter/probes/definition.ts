import { isDeepStrictEqual } from 'node:util';
import { kindOf, type ProbeConfig } from '../config/probes.ts';
import type { Labels } from '../model/labels.ts';
import { type Attempt, runAttempt } from './attempt.ts';
import type { ProbeNetwork } from './net/network.ts';
import type { ScheduledProbe } from './schedule.ts';

/** A probe that is ready to run, wherever it was asked for. */
export interface ProbeDefinition extends ScheduledProbe {
  readonly name: string;
  readonly kind: string;
  /** Without credentials and query. */
  readonly target: string;
  /** Of the container that it was found on. */
  readonly labels?: Labels;
  /** The same object as long as the definition is. */
  readonly seriesLabels: Labels;
}

/** What a probe takes where it does not say it. */
export interface ProbeDefaults {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
}

export interface DefinitionOptions {
  readonly key: string;
  readonly probe: ProbeConfig;
  readonly defaults: ProbeDefaults;
  readonly network: ProbeNetwork;
  /** Of the container that it was found on. */
  readonly labels?: Labels;
}

export function defineProbe({ key, probe, defaults, network, labels }: DefinitionOptions): ProbeDefinition {
  const kind = kindOf(probe);
  // The option that the kind says is its target is a text.
  const target = probe[kind.targetOption] as string;
  const timeoutMs = probe.timeout ?? defaults.timeout;
  const run = (attempt: Attempt) => kind.run(attempt, target, probe);
  const shown = { kind: probe.kind, target: shownTarget(target) };
  return {
    key,
    name: probe.name,
    ...shown,
    ...(labels && { labels }),
    seriesLabels: { probe: probe.name, ...shown, ...labels },
    intervalMs: probe.interval ?? defaults.interval,
    retries: probe.retries ?? defaults.retries,
    attempt: (signal) => runAttempt(run, { timeoutMs, network, signal }),
  };
}

/** A query may hold a token. */
export function shownTarget(target: string): string {
  return target.replace(/[?#].*$/s, '');
}

/** Definitions of what is configured: the same object as long as nothing of it changes. */
export function createConfiguredProbes() {
  let known: readonly Configured[] = [];
  return (
    probes: readonly ProbeConfig[],
    defaults: ProbeDefaults,
    network: ProbeNetwork,
  ): readonly ProbeDefinition[] => {
    known = probes.map((probe) => {
      const same = known.find((one) => one.network === network && isDeepStrictEqual(one.asked, { probe, defaults }));
      const key = `configured ${probe.name}`;
      return (
        same ?? { asked: { probe, defaults }, network, definition: defineProbe({ key, probe, defaults, network }) }
      );
    });
    return known.map(({ definition }) => definition);
  };
}

interface Configured {
  readonly asked: { readonly probe: ProbeConfig; readonly defaults: ProbeDefaults };
  readonly network: ProbeNetwork;
  readonly definition: ProbeDefinition;
}
