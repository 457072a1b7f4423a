import type { Family } from '../../metrics/family.ts';
import type { ProbeSnapshot } from '../../model/probe.ts';

/** Of tcp probes. */
export const tcpProbe: readonly Family<ProbeSnapshot>[] = [
  {
    name: 'probe_failed_due_to_bytes',
    type: 'gauge',
    help: 'Whether the run failed because other bytes came than were expected.',
    read: ({ result }) => result?.details.tcp && Number(result.details.tcp.failedByBytes),
  },
];
