import type { NewDocument } from '../../model/document.ts';
import { documentId } from './document-id.ts';
import { timestampOfText } from './timestamp.ts';

export interface AppPlace {
  readonly namespace: string;
  /** This exporter's own name. */
  readonly exporter: string;
  /** Of the process, or of the machine where one process lives as long: no other process has the same. */
  readonly bootId: string;
  /** Counted from its first line. */
  readonly sequence: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * One line of our own log, ECS already, as a document: nested, for Logstash reads no dotted names, and with whatever ECS
 * has no name for in one flattened field, for one name may hold a text here and an object there.
 */
export function encodeApp(line: Fields, { namespace, exporter, bootId, sequence }: AppPlace): NewDocument {
  const dataset = 'harborlight.app';
  const id = documentId(exporter, bootId, String(sequence));
  const own = Object.entries(line).filter(([key]) => key.startsWith(OWN));
  const known = Object.entries(line).filter(([key]) => !key.startsWith(OWN));
  const host = line[`${OWN}host`];
  const document = nest([
    ['@timestamp', timestampOfText(typeof line['@timestamp'] === 'string' ? line['@timestamp'] : undefined)],
    ['data_stream', { type: 'logs', dataset, namespace }],
    ['event.id', id],
    ['event.dataset', dataset],
    ['event.sequence', sequence],
    ...(typeof host === 'string' ? [['host.name', host] as const] : []),
    ...(own.length > 0
      ? [['harborlight.fields', Object.fromEntries(own.map(([key, value]) => [key.slice(OWN.length), value]))] as const]
      : []),
    ...known,
  ]);
  return { dataset, namespace, id, json: JSON.stringify(document) };
}

const OWN = 'harborlight.';
/** `log.level` → log: { level }. Of two that cannot stand side by side the first stays. */
function nest(entries: readonly (readonly [string, unknown])[]): Fields {
  const root = new Map<string, unknown>();
  for (const [key, value] of entries) {
    if (value === undefined) continue;
    const [first = key, ...rest] = key.split('.');
    put(root, first, wrap(rest, value));
  }
  return Object.fromEntries(root);
}

function wrap(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function put(root: Map<string, unknown>, key: string, value: unknown): void {
  const before = root.get(key);
  if (before === undefined) root.set(key, value);
  else if (isFields(before) && isFields(value)) root.set(key, mergeDeep(before, value));
}

function mergeDeep(a: Fields, b: Fields): Fields {
  const merged = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) put(merged, key, value);
  return Object.fromEntries(merged);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
