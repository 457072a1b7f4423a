import type { NewDocument } from '../../model/document.ts';
import type { HealthTransition } from '../../model/health-transition.ts';
import { redactText } from '../redact.ts';
import { containerFields } from './container-fields.ts';
import { documentId } from './document-id.ts';
import { type DocumentPlace, newDocument } from './new-document.ts';
import { timestampOfNano } from './timestamp.ts';

/** What the engine keeps of a check's output. */
const MAX_OUTPUT_CHARACTERS = 4096;

/** A container became healthy or unhealthy, with the check that says so, under the names of Elastic's docker integration. */
export function encodeHealth(transition: HealthTransition, { host, namespace }: DocumentPlace): NewDocument {
  const { containerId: id, description, runtime, status, previous, failingStreak, check } = transition;
  const { name, image, labels } = description;
  const { container, service, harborlight } = containerFields({ id, name, image, labels, runtime });
  const output = redactText(check.output, MAX_OUTPUT_CHARACTERS);
  const [startDate, endDate] = [timestampOfNano(check.startNano), timestampOfNano(check.endNano)];
  return newDocument({
    dataset: 'harborlight.health',
    namespace,
    id: documentId(id, check.startNano),
    timestamp: endDate,
    event: {
      kind: 'state',
      action: 'health_status',
      category: ['process'],
      type: ['change'],
      outcome: status === 'healthy' ? 'success' : 'failure',
      start: startDate,
      end: endDate,
      duration: durationNano(check.startNano, check.endNano),
    },
    fields: {
      message: `container ${name ?? id.slice(0, 12)} is ${status}${firstLine(output)}`,
      host: { name: host },
      container,
      service: { ...service, state: status },
      docker: {
        healthcheck: {
          status,
          failingstreak: failingStreak,
          event: { start_date: startDate, end_date: endDate, exit_code: check.exitCode, output },
        },
      },
      harborlight: { ...harborlight, ...(previous !== undefined && { health: { previous } }) },
    },
  });
}

/** A day is 8.64e13 ns: a double holds it exactly. */
function durationNano(startNano: string, endNano: string): number {
  return Math.max(0, Number(BigInt(endNano) - BigInt(startNano)));
}

function firstLine(output: string): string {
  const [line = ''] = output.trim().split('\n', 1);
  return line === '' ? '' : `: ${line.slice(0, 256)}`;
}
