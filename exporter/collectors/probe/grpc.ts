import type { Family } from '../../metrics/family.ts';
import { GRPC_PHASES, GRPC_SERVING_STATUSES, type ProbeSnapshot } from '../../model/probe.ts';

/** Of grpc probes. */
export const grpcProbe: readonly Family<ProbeSnapshot>[] = [
  {
    name: 'probe_grpc_status_code',
    type: 'gauge',
    help: 'Status of the call, 0 for OK.',
    read: (p) => p.result?.details.grpc?.statusCode,
  },
  {
    name: 'probe_grpc_healthcheck_response',
    type: 'gauge',
    help: 'What the server says of its health: 1 for its present status.',
    labels: ['serving_status'],
    read: ({ result }) => {
      const grpc = result?.details.grpc;
      if (grpc?.phases.check === undefined) return undefined;
      return GRPC_SERVING_STATUSES.map(
        (status) => [{ serving_status: status }, Number(grpc.servingStatus === status)] as const,
      );
    },
  },
  {
    name: 'probe_grpc_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'What the phases took.',
    labels: ['phase'],
    read: ({ result }) => {
      const phases = result?.details.grpc?.phases;
      return (
        phases &&
        GRPC_PHASES.flatMap((phase) => {
          const seconds = phases[phase];
          return seconds === undefined ? [] : [[{ phase }, seconds] as const];
        })
      );
    },
  },
  {
    name: 'probe_grpc_ssl',
    type: 'gauge',
    help: 'Whether the call was made over TLS.',
    read: ({ result }) => result?.details.grpc && Number(result.details.grpc.usedTls),
  },
];
