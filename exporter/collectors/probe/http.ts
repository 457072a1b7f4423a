import type { Family } from '../../metrics/family.ts';
import { HTTP_PHASES, type ProbeSnapshot } from '../../model/probe.ts';

/** Of http probes; a run without an answer says 0, as blackbox_exporter does. */
export const httpProbe: readonly Family<ProbeSnapshot>[] = [
  {
    name: 'probe_http_status_code',
    type: 'gauge',
    help: 'Status of the last answer, 0 without one.',
    read: (p) => p.result?.details.http?.statusCode,
  },
  {
    name: 'probe_http_version',
    type: 'gauge',
    help: 'Version of HTTP of the last answer, 0 without one.',
    read: (p) => p.result?.details.http?.version,
  },
  {
    name: 'probe_http_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'What the phases took, summed over all redirects.',
    labels: ['phase'],
    read: ({ result }) => {
      const phases = result?.details.http?.phases;
      return (
        phases &&
        HTTP_PHASES.flatMap((phase) => {
          const seconds = phases[phase];
          return seconds === undefined ? [] : [[{ phase }, seconds] as const];
        })
      );
    },
  },
  {
    name: 'probe_http_redirects',
    type: 'gauge',
    help: 'Redirects that were answered with, the last one followed or not.',
    read: (p) => p.result?.details.http?.redirects,
  },
  {
    name: 'probe_http_ssl',
    type: 'gauge',
    help: 'Whether the last answer came over TLS.',
    read: ({ result }) => result?.details.http && Number(result.details.http.usedTls),
  },
  {
    name: 'probe_http_content_length',
    type: 'gauge',
    help: 'Length of the last answer in bytes as its head says it, -1 where it does not.',
    read: (p) => p.result?.details.http?.contentLength,
  },
  {
    name: 'probe_http_uncompressed_body_length',
    type: 'gauge',
    help: 'Bytes that were read of the last answer, after decompression.',
    read: (p) => p.result?.details.http?.uncompressedBodyBytes,
  },
  {
    name: 'probe_http_last_modified_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the last answer was changed, as its head says it, in Unix seconds.',
    read: (p) => p.result?.details.http?.lastModifiedSeconds,
  },
];
