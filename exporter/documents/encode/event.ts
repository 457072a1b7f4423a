import type { NewDocument } from '../../model/document.ts';
import type { ContainerDescription } from '../../model/engine-container.ts';
import type { DockerEvent } from '../../model/event.ts';
import type { ExitReason } from '../../model/lifecycle.ts';
import { namingLabels } from '../../util/project-names.ts';
import { redactText } from '../redact.ts';
import { type ContainerFields, type ContainerRuntime, containerFields } from './container-fields.ts';
import { documentId } from './document-id.ts';
import { attributesOf, classOf } from './event-kinds.ts';
import { type DocumentPlace, newDocument } from './new-document.ts';
import { timestampOfNano } from './timestamp.ts';

/** What is known of an event beside what it says. */
export interface EventPlace extends DocumentPlace {
  readonly runtime?: ContainerRuntime;
  /** Of the container that it is about, or that joins or leaves what it is about. */
  readonly container?: ContainerDescription;
  /** Of an end, when it is settled. */
  readonly exitReason?: ExitReason;
}

/**
 * Whether an event becomes a document. Of commands run in containers only on demand: they are two of three events, and
 * nobody looks at those of healthchecks. Their text is not in any (R42).
 */
export function isDocumented({ action }: DockerEvent, { execEvents }: { readonly execEvents: boolean }): boolean {
  return execEvents || !action.startsWith('exec_');
}

/** One event of an engine in ECS shape; what is unknown is left out. */
export function encodeEvent(event: DockerEvent, place: EventPlace): NewDocument {
  const { host, namespace, exitReason } = place;
  const attributes = attributesOf(event);
  const container = containerOf(event, place);
  const exitCode = parseExitCode(attributes['exitCode'] ?? attributes['containerExitCode']);
  return newDocument({
    dataset: 'harborlight.event',
    namespace,
    id: eventId(event),
    timestamp: timestampOfNano(event.timeNano),
    event: {
      kind: 'event',
      action: event.action,
      ...classOf(event),
      ...(exitCode !== undefined && { outcome: outcomeOf(exitCode) }),
      ...(exitReason !== undefined && { reason: exitReason }),
    },
    fields: {
      message: messageOf(event, attributes),
      host: { name: host },
      ...container,
      ...(exitCode !== undefined && { process: { exit_code: exitCode } }),
      docker: {
        event: { ...engineFields(event), actor: { id: event.actorId, attributes } },
        ...(event.action === 'health_status' &&
          event.status !== undefined && { healthcheck: { status: closed(event.status) } }),
      },
    },
  });
}

/**
 * The same event seen by two exporters, or twice by one, is one document. Commands begin in one container, and containers
 * join one network, side by side: even in the same nanosecond.
 */
function eventId({ actorId, timeNano, type, action, execId, attributes }: DockerEvent): string {
  const other = execId ?? (type === 'network' ? attributes['container'] : undefined);
  return documentId(actorId, timeNano, type, action, ...(other === undefined ? [] : [other]));
}

/** The container that an event is about, or that joins or leaves what it is about. */
function containerOf(event: DockerEvent, { runtime, container }: EventPlace): Partial<ContainerFields> {
  const known = { name: container?.name, image: container?.image, labels: container?.labels ?? {}, runtime };
  if (event.type === 'container') {
    // What the event says was so when it happened; one of a command says nothing.
    const { name = known.name, image = known.image } = event.attributes;
    const labels = namingLabels(event.attributes, known.labels);
    return containerFields({ id: event.actorId, name, image, labels, runtime });
  }
  const id = joinedBy(event);
  return id === undefined ? {} : containerFields({ ...known, id });
}

function joinedBy({ type, attributes }: DockerEvent): string | undefined {
  const id = attributes['container'];
  return id !== undefined && CONTAINER_ID.test(id) && JOINED.has(type) ? id : undefined;
}

const CONTAINER_ID = /^[0-9a-f]{64}$/;
/** Those whose events name a container: their labels cannot, the engine mixes none into them. */
const JOINED: ReadonlySet<string> = new Set(['network', 'volume']);

/** As Elastic's docker integration has them: the last three only of containers and images, as the engine does. */
function engineFields({ type, action, status, actorId, attributes }: DockerEvent): Readonly<Record<string, string>> {
  const common = { type, action };
  if (type !== 'container' && type !== 'image') return common;
  const from = type === 'container' ? attributes['image'] : undefined;
  return {
    ...common,
    status: status === undefined ? action : `${action}: ${closed(status)}`,
    ...(from !== undefined && { from }),
    id: actorId,
  };
}

/** Of a list that the engine closes; whatever else it may send is cut. */
function closed(status: string): string {
  return redactText(status, 64);
}

function messageOf(
  { type, action, actorId, status }: DockerEvent,
  attributes: Readonly<Record<string, string>>,
): string {
  const name = attributes['name'] ?? (/^[0-9a-f]{64}$/.test(actorId) ? actorId.slice(0, 12) : actorId);
  const [exitCode, signal] = [attributes['exitCode'] ?? attributes['containerExitCode'], attributes['signal']];
  const details = [
    ...(status === undefined ? [] : [closed(status)]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(signal === undefined ? [] : [`signal ${signal}`]),
  ];
  return [`${type} ${name} ${action}`, ...details].join(', ');
}

/** A label called exitCode takes the place of the engine's own: what is no exit code is one of those. */
function parseExitCode(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

/** Above 128 a signal ended it, and whether somebody asked for that this one event does not say. */
function outcomeOf(exitCode: number): 'success' | 'failure' | 'unknown' {
  if (exitCode === 0) return 'success';
  return exitCode > 128 ? 'unknown' : 'failure';
}
