import type { Family } from '../../metrics/family.ts';
import { ICMP_PHASES, type ProbeSnapshot } from '../../model/probe.ts';

/** Of icmp probes. */
export const icmpProbe: readonly Family<ProbeSnapshot>[] = [
  {
    name: 'probe_icmp_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'What the phases took.',
    labels: ['phase'],
    read: ({ result }) => {
      const phases = result?.details.icmp?.phases;
      return phases && ICMP_PHASES.map((phase) => [{ phase }, phases[phase]] as const);
    },
  },
  {
    name: 'probe_icmp_reply_hop_limit',
    type: 'gauge',
    help: 'Hops that the reply could still have taken (TTL).',
    read: (p) => p.result?.details.icmp?.replyHopLimit,
  },
];
