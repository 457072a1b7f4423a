import type { Family } from '../../metrics/family.ts';
import type { ProbeSnapshot } from '../../model/probe.ts';

/** Of every kind. */
export const anyProbe: readonly Family<ProbeSnapshot>[] = [
  {
    name: 'probe_success',
    type: 'gauge',
    help: 'Whether the last run found its target as it should be, or the last sign of life is recent enough.',
    read: ({ result, isAlive }) => {
      const isUp = result?.success ?? isAlive;
      return isUp === undefined ? undefined : Number(isUp);
    },
  },
  {
    name: 'probe_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'What the last run took, whatever it came to.',
    read: (p) => p.result?.durationSeconds,
  },
  {
    name: 'probe_last_run_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the last run ended, in Unix seconds.',
    read: (p) => p.lastRunSeconds,
  },
  {
    name: 'probe_heartbeat_last_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the last sign of life came, in Unix seconds.',
    read: (p) => p.lastHeartbeatSeconds,
  },
  {
    name: 'probe_dns_lookup_time_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: "What looking up the target's name took.",
    read: (p) => p.result?.details.lookup?.seconds,
  },
  {
    name: 'probe_ip_protocol',
    type: 'gauge',
    help: 'Version of the Internet protocol that was used, 4 or 6.',
    read: (p) => p.result?.details.address?.family,
  },
  {
    name: 'probe_ip_addr_hash',
    type: 'gauge',
    help: 'Hash of the address that was used: it changes when the address does.',
    read: (p) => p.result?.details.address?.hash,
  },
  {
    name: 'probe_failed_due_to_regex',
    type: 'gauge',
    help: 'Whether the run failed because an answer was not as a pattern wants it.',
    read: ({ result }) =>
      result?.details.failedByPattern === undefined ? undefined : Number(result.details.failedByPattern),
  },
];
