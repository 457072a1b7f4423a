import { createHash } from 'node:crypto';
import type { DockerEvent } from '../model/event.ts';

/** A Docker event in ECS shape; what is unknown is left out. Its `event.id` is what a store takes as `_id`. */
export interface EventDocument {
  /** RFC 3339 with nine digits of a second: a store keeps it as date_nanos (R53). */
  readonly '@timestamp': string;
  readonly data_stream: { readonly type: 'logs'; readonly dataset: 'harborlight.event'; readonly namespace: string };
  readonly event: {
    readonly id: string;
    readonly kind: 'event';
    readonly dataset: 'harborlight.event';
    readonly action: string;
    readonly category: readonly [string];
    readonly type: readonly [string];
    readonly outcome?: 'success' | 'failure' | 'unknown';
  };
  readonly host: { readonly name: string };
  readonly container: {
    /** 64 characters; metrics carry the first twelve. */
    readonly id: string;
    readonly name?: string;
    readonly image?: { readonly name: string; readonly tag?: readonly [string] };
  };
  readonly service?: { readonly name: string };
  readonly process?: { readonly exit_code: number };
  readonly docker: {
    readonly event: {
      readonly type: string;
      readonly action: string;
      readonly actor: { readonly id: string; readonly attributes: Readonly<Record<string, string>> };
    };
    readonly healthcheck?: { readonly status: string };
  };
  readonly harborlight: { readonly container: { readonly short_id: string } };
}

/** Whether an event becomes a document: those of containers, but not of commands run in them (two of three events, and their text may hold secrets, R42). */
export function isDocumented(event: DockerEvent): boolean {
  return event.type === 'container' && !event.action.startsWith('exec_');
}

/** One container event of the host with that configured name. */
export function encodeEvent(event: DockerEvent, host: string): EventDocument {
  const attributes = allowedAttributes(event);
  const exitCode = parseExitCode(attributes['exitCode']);
  const service = attributes['com.docker.compose.service'];
  const [category, type] = CLASSES.get(event.action) ?? ['process', 'info'];
  return {
    '@timestamp': formatTimestamp(event.timeNano),
    data_stream: { type: 'logs', dataset: 'harborlight.event', namespace: 'default' },
    event: {
      id: eventId(event),
      kind: 'event',
      dataset: 'harborlight.event',
      action: event.action,
      category: [category],
      type: [type],
      ...(exitCode !== undefined && { outcome: outcomeOf(exitCode) }),
    },
    host: { name: host },
    container: containerOf(event.actorId, attributes),
    ...(service !== undefined && { service: { name: service } }),
    ...(exitCode !== undefined && { process: { exit_code: exitCode } }),
    docker: {
      event: { type: event.type, action: event.action, actor: { id: event.actorId, attributes } },
      ...(event.status !== undefined && { healthcheck: { status: event.status } }),
    },
    harborlight: { container: { short_id: event.actorId.slice(0, 12) } },
  };
}

/** ECS event.category and event.type of an action; what is not here is a process's info. */
const CLASSES: ReadonlyMap<string, readonly [category: string, type: string]> = new Map([
  ['create', ['configuration', 'creation']],
  ['destroy', ['configuration', 'deletion']],
  ['rename', ['configuration', 'change']],
  ['update', ['configuration', 'change']],
  ['start', ['process', 'start']],
  ['die', ['process', 'end']],
  ['pause', ['process', 'change']],
  ['unpause', ['process', 'change']],
  ['health_status', ['process', 'change']],
  ['oom', ['process', 'error']],
]);

/** On every container event. */
const COMMON_ATTRIBUTES = ['name', 'image', 'com.docker.compose.project', 'com.docker.compose.service'];
/** What the engine adds to some actions; on any other action an attribute of that name is a label. */
const ATTRIBUTES_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['die', ['exitCode', 'execDuration']],
  ['kill', ['signal']],
  ['rename', ['oldName']],
]);

/** The engine mixes all labels of a container into its events' attributes, and labels may hold secrets. */
function allowedAttributes({ action, attributes }: DockerEvent): Readonly<Record<string, string>> {
  const names = [...COMMON_ATTRIBUTES, ...(ATTRIBUTES_OF.get(action) ?? [])];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = attributes[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
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

function containerOf(id: string, attributes: Readonly<Record<string, string>>): EventDocument['container'] {
  const { name, image } = attributes;
  return { id, ...(name !== undefined && { name }), ...(image !== undefined && { image: parseImage(image) }) };
}

/** `registry:5000/shop/web:1.2@sha256:…` → registry:5000/shop/web, 1.2. */
function parseImage(reference: string): { readonly name: string; readonly tag?: readonly [string] } {
  const [untilDigest = reference] = reference.split('@', 1);
  const tag = /:([^/:]+)$/.exec(untilDigest)?.[1];
  // An image without a name goes by its id, sha256:….
  if (tag === undefined || untilDigest.startsWith('sha256:')) return { name: untilDigest };
  return { name: untilDigest.slice(0, -tag.length - 1), tag: [tag] };
}

/** The same event seen by two exporters, or twice by one, is one document: the host's name is not in it. */
function eventId({ actorId, timeNano, type, action }: DockerEvent): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([actorId, timeNano, type, action]))
    .digest();
  return digest.subarray(0, 15).toString('base64url');
}

/** Nanoseconds as text → RFC 3339; Date knows only milliseconds. */
function formatTimestamp(timeNano: string): string {
  const nanoseconds = timeNano.slice(-9).padStart(9, '0');
  const seconds = Number(timeNano.slice(0, -9));
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${nanoseconds}Z`;
}
