import type { DockerEvent } from '../../model/event.ts';

/** Of what is remembered of an event: a container's id has 64 characters, an image's name may have some more. */
const MAX_CHARACTERS = 1024;

/** Inside a JSON string its quotes would be escaped. */
const EXEC_ID = /"execID":\s*"([0-9a-f]{1,64})"/;

/**
 * One line of `GET /events`. Throws when it is not what an engine sends.
 * The time is read from the text: nineteen digits do not survive JSON.parse (R48).
 */
export function parseEvent(line: string): DockerEvent {
  return readExec(line) ?? readAny(line);
}

const TEXT = String.raw`[^"\\]*(?:\\.[^"\\]*)*`;
/** Up to 1.51 a status, an id and an image go before what 1.52 begins with. */
const BEFORE = `(?:"status":"${TEXT}","id":"${TEXT}",(?:"from":"${TEXT}",)?)?`;
const EXEC_BEGIN = new RegExp(
  String.raw`^\{${BEFORE}"Type":"container","Action":"(exec_[a-z]{1,16})(?::${TEXT})?","Actor":\{"ID":"([0-9a-f]{64})","Attributes":\{`,
);
const EXEC_END = /\},"scope":"[a-z]{1,16}","time":\d{1,19},"timeNano":(\d{1,19})\}$/;

/**
 * An event of a command, as engines write them, by its beginning and its end. Two of three events are of healthchecks,
 * with all labels of their container between: not even JSON.parse looks at these. Undefined for any other line.
 */
function readExec(line: string): DockerEvent | undefined {
  const [, action, actorId] = EXEC_BEGIN.exec(line) ?? [];
  if (action === undefined || actorId === undefined) return undefined;
  const timeNano = EXEC_END.exec(line)?.[1];
  if (timeNano === undefined) return undefined;
  return { type: 'container', action, actorId, ...execIdIn(line), attributes: {}, timeNano };
}

function readAny(line: string): DockerEvent {
  const { Type, Action, Actor, HealthStatus } = objectOf(parseJson(line), 'event');
  const { ID, Attributes } = objectOf(Actor, 'actor');
  const type = shortText(Type, 'type');
  const { word, detail } = splitAction(textOf(Action, 'action'));
  // Podman's word for it.
  const action = type === 'container' && word === 'remove' ? 'destroy' : word;
  const isExec = action.startsWith('exec_');
  const status = action === 'health_status' ? (detail ?? optionalText(HealthStatus, 'health')) : undefined;
  return {
    type,
    action,
    ...(status !== undefined && { status }),
    actorId: shortText(ID === undefined ? '' : ID, 'actor'),
    ...(isExec && execIdIn(line)),
    attributes: isExec ? {} : attributesOf(Attributes),
    timeNano: readTimeNano(line),
  };
}

// By hand: of ten thousand events a minute, a schema takes as much time as JSON.parse itself.
function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`no object: ${what}`);
  // Of an object, each property is unknown.
  return value as Readonly<Record<string, unknown>>;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Error(`event without ${what}`);
  return value;
}

function shortText(value: unknown, what: string): string {
  const text = textOf(value, what);
  if (text.length > MAX_CHARACTERS) throw new Error(`event with ${what} of ${text.length} characters`);
  return text;
}

function optionalText(value: unknown, what: string): string | undefined {
  return value === undefined ? undefined : textOf(value, what);
}

function attributesOf(value: unknown): DockerEvent['attributes'] {
  if (value === undefined || value === null) return {};
  const attributes = objectOf(value, 'attributes');
  for (const name in attributes) textOf(attributes[name], 'an attribute of text');
  // Each was looked at.
  return attributes as DockerEvent['attributes'];
}

/** The parser's own message quotes the text, which may be a command line or a label with a secret (R42). */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`no JSON in ${line.length} characters`);
  }
}

function execIdIn(line: string): Pick<DockerEvent, 'execId'> {
  const execId = EXEC_ID.exec(line)?.[1];
  return execId === undefined ? {} : { execId };
}

function readTimeNano(line: string): string {
  // Inside a JSON string the quote before the colon would be escaped, so this is the engine's own field.
  const timeNano = /"timeNano":\s*(\d{1,19})\s*[,}]/.exec(line)?.[1];
  if (timeNano === undefined) throw new Error('event without timeNano');
  return timeNano;
}

/** "health_status: unhealthy", "exec_create: /bin/sh -c …": what follows may be a command line with secrets (trap 17). */
function splitAction(action: string): { readonly word: string; readonly detail?: string } {
  const colon = action.indexOf(':');
  const word = colon < 0 ? action : action.slice(0, colon);
  if (word.length > MAX_CHARACTERS) throw new Error(`event with an action of ${word.length} characters`);
  return colon < 0 ? { word } : { word, detail: action.slice(colon + 1).trim() };
}
