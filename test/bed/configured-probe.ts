import { readFile } from 'node:fs/promises';
import { kindOf, probes } from '../../exporter/config/probes.ts';
import type { ProbeResult } from '../../exporter/model/probe.ts';
import { runAttempt } from '../../exporter/probes/attempt.ts';
import { createLookup } from '../../exporter/probes/net/lookup.ts';
import { openNetwork, type ProbeNetwork } from '../../exporter/probes/net/network.ts';

export interface ConfiguredRun {
  /** A probe as the configuration has it, but for its name. */
  readonly probe: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
  readonly network?: Partial<ProbeNetwork>;
  readonly signal?: AbortSignal;
}

/** Runs a probe once, as the schedule does, from what the configuration says. */
export const runConfigured = async (run: ConfiguredRun): Promise<ProbeResult> => {
  const { timeoutMs = 5000, network = {}, signal = new AbortController().signal } = run;
  const schema = probes({ hostname: 'here', readText: (path) => readFile(path, 'utf8') });
  const [probe] = await schema.parseAsync([{ name: 'tested', ...run.probe }]);
  if (probe === undefined) throw new Error('read the configuration of a probe');
  const kind = kindOf(probe);
  const open = openNetwork(createLookup({ servers: [], hostsPath: '/etc/hosts' }));
  return runAttempt((attempt) => kind.run(attempt, String(probe[kind.targetOption]), probe), {
    timeoutMs,
    network: { ...open, ...network },
    signal,
  });
};

/** What a run came to, in a line: `up`, or why it is not. */
export const outcomeOf = ({ success, failure = 'no reason' }: ProbeResult): string => (success ? 'up' : failure);
