import type { FlavourFacts } from './flavour.ts';
import { isObject, type JsonObject, textOf } from './json.ts';
import { illegalArgument, StoreError } from './store-error.ts';

/** One document as a bulk request brings it. */
export interface BulkDocument {
  /** The data stream, alias or index that the request names. */
  readonly target: string;
  readonly id: string | undefined;
  /** As it came; possibly not JSON. */
  readonly source: string;
}

export interface BulkItem extends BulkDocument {
  /** As the answer's item is called. */
  readonly action: 'create' | 'index' | 'update' | 'delete';
  /** An `index` with `op_type: create` is one too. */
  readonly creates: boolean;
  readonly pipeline: string | undefined;
}

export interface BulkDefaults {
  readonly target: string | undefined;
  readonly pipeline: string | undefined;
}

/** Reads a bulk's body; throws what the whole request is refused with. */
export const parseBulkBody = (flavour: FlavourFacts, body: string, defaults: BulkDefaults): readonly BulkItem[] => {
  if (body === '') throw new StoreError(400, 'parse_exception', 'request body is required');
  if (!body.endsWith('\n')) throw illegalArgument('The bulk request must be terminated by a newline [\\n]');
  const lines = body.slice(0, -1).split('\n');
  const items: BulkItem[] = [];
  for (let number = 0; number < lines.length; number += 1) {
    const line = lines[number] ?? '';
    // An empty line between two items is passed over.
    if (line.trim() === '') continue;
    const { action, meta } = parseActionLine(flavour, line, number + 1);
    if (action !== 'delete') number += 1;
    const source = action === 'delete' ? '' : lines[number];
    // Seen: a last action without its document is passed over without a word.
    if (source === undefined) break;
    items.push(parseItem(action, meta, { source, defaults }));
  }
  if (items.length === 0) throw validation('no requests added');
  refuseInvalid(items);
  return items;
};

const parseItem = (
  action: BulkItem['action'],
  meta: JsonObject,
  { source, defaults }: { readonly source: string; readonly defaults: BulkDefaults },
): BulkItem => {
  const text = (name: string) => (meta[name] === undefined || meta[name] === null ? undefined : textOf(meta[name]));
  return {
    action,
    creates: action === 'create' || (action === 'index' && text('op_type') === 'create'),
    target: text('_index') ?? defaults.target ?? '',
    id: text('_id'),
    pipeline: text('pipeline') ?? defaults.pipeline,
    source: source.replace(/\r$/, ''),
  };
};

const parseActionLine = (
  flavour: FlavourFacts,
  line: string,
  number: number,
): { readonly action: BulkItem['action']; readonly meta: JsonObject } => {
  const parsed = parseLine(flavour, line);
  const malformed = (found: string) => illegalArgument(`Malformed action/metadata line [${number}], ${found}`);
  if (!isObject(parsed)) throw malformed('expected START_OBJECT but found [VALUE_STRING]');
  const [action, meta] = Object.entries(parsed)[0] ?? [];
  if (action === undefined) throw malformed('expected FIELD_NAME but found [END_OBJECT]');
  if (action !== 'create' && action !== 'index' && action !== 'update' && action !== 'delete') {
    throw malformed(`expected field [create], [delete], [index] or [update] but found [${action}]`);
  }
  if (!isObject(meta)) throw malformed('expected START_OBJECT but found [VALUE_NULL]');
  const unknown = Object.keys(meta).find(
    (name) => !PARAMETERS.includes(name) && !(name === '_type' && flavour.major === 7),
  );
  if (unknown !== undefined) {
    throw illegalArgument(`Action/metadata line [${number}] contains an unknown parameter [${unknown}]`);
  }
  return { action, meta };
};

const PARAMETERS = [
  ...['_index', '_id', 'routing', 'op_type', 'version', 'version_type', 'if_seq_no', 'if_primary_term'],
  ...['retry_on_conflict', 'pipeline', 'require_alias', 'require_data_stream', 'dynamic_templates', '_source'],
];

/** The engines read an action line only as far as they need it: its last braces may be missing. */
const parseLine = ({ product, lenientActionLines }: FlavourFacts, line: string): unknown => {
  for (const end of lenientActionLines ? ['', '}', '}}'] : ['']) {
    try {
      return JSON.parse(line + end);
    } catch {
      // The next end may make it whole.
    }
  }
  const isCut = line.startsWith('{');
  const type =
    product === 'opensearch'
      ? 'json_parse_exception'
      : isCut
        ? 'x_content_e_o_f_exception'
        : 'x_content_parse_exception';
  throw new StoreError(400, type, `[1:1] ${isCut ? 'Unexpected end-of-input' : 'Unrecognized token'}`);
};

const refuseInvalid = (items: readonly BulkItem[]): void => {
  const faults = items.flatMap(({ target, id }) => {
    if (target === '') return ['index is missing'];
    const bytes = Buffer.byteLength(id ?? '');
    return bytes > 512 ? [`id [${id}] is too long, must be no longer than 512 bytes but was: ${bytes}`] : [];
  });
  if (faults.length > 0) throw validation(...faults);
};

const validation = (...faults: readonly string[]): StoreError =>
  new StoreError(
    400,
    'action_request_validation_exception',
    `Validation Failed: ${faults.map((fault, index) => `${index + 1}: ${fault};`).join('')}`,
  );
