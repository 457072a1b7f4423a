import type { ProbeResult } from '../../exporter/model/probe.ts';
import { runAttempt } from '../../exporter/probes/attempt.ts';
import { probeKinds } from '../../exporter/probes/index.ts';
import { createLookup } from '../../exporter/probes/net/lookup.ts';
import { openNetwork } from '../../exporter/probes/net/network.ts';

export interface ProbeRun {
  readonly kind: string;
  readonly target: string;
  /** As they are when the configuration is read. */
  readonly options?: object;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Runs a probe once, as the schedule does. */
export const runProbe = async (run: ProbeRun): Promise<ProbeResult> => {
  const { kind: name, target, options = {}, timeoutMs = 5000, signal = new AbortController().signal } = run;
  const kind = probeKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no kind of probe ${name}`);
  const network = openNetwork(createLookup({ servers: [], hostsPath: '/etc/hosts' }));
  return runAttempt((attempt) => kind.run(attempt, target, { ip: 'ip4', ...options }), { timeoutMs, network, signal });
};

/** What a run came to, in a line: `up`, or why it is not. */
export const outcome = ({ success, failure = 'no reason' }: ProbeResult): string => (success ? 'up' : failure);
