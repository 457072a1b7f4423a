import type { Family } from '../../metrics/family.ts';
import { DNS_PHASES, type ProbeSnapshot } from '../../model/probe.ts';

/** Of dns probes; a run without an answer says 0, as blackbox_exporter does. */
export const dnsProbe: readonly Family<ProbeSnapshot>[] = [
  {
    name: 'probe_dns_query_succeeded',
    type: 'gauge',
    help: 'Whether the question was answered at all.',
    read: ({ result }) => result?.details.dns && Number(result.details.dns.querySucceeded),
  },
  {
    name: 'probe_dns_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'What the phases took.',
    labels: ['phase'],
    read: ({ result }) => {
      const phases = result?.details.dns?.phases;
      return phases && DNS_PHASES.map((phase) => [{ phase }, phases[phase]] as const);
    },
  },
  {
    name: 'probe_dns_answer_rrs',
    type: 'gauge',
    help: 'Records in the answer section.',
    read: (p) => p.result?.details.dns?.answerRecords,
  },
  {
    name: 'probe_dns_authority_rrs',
    type: 'gauge',
    help: 'Records in the authority section.',
    read: (p) => p.result?.details.dns?.authorityRecords,
  },
  {
    name: 'probe_dns_additional_rrs',
    type: 'gauge',
    help: 'Records in the additional section.',
    read: (p) => p.result?.details.dns?.additionalRecords,
  },
  {
    name: 'probe_dns_serial',
    type: 'gauge',
    help: 'Serial number of the zone, of an answer of type SOA.',
    read: (p) => p.result?.details.dns?.serial,
  },
];
