import type { StoreErrorBody } from '../../store/json-answer.ts';

/**
 * Why a document was refused, without anything of its text: a store's own words quote the value that it could not take ("Preview
 * of field's value", the first bytes of a term, what is no date). Only sentences whose every word is known are kept, with
 * the names of field and type; of all others only what kind of error it is.
 */
export function describeRefusal(error: StoreErrorBody | undefined): string {
  if (error === undefined) return 'refused without a reason';
  const kind = shortType(error.type);
  for (let cause: StoreErrorBody | undefined = error; cause !== undefined; cause = cause.causedBy) {
    const known = describeKnown(cause.reason);
    if (known !== undefined) return `${kind}: ${known}`;
  }
  const inner = error.causedBy && shortType(error.causedBy.type);
  return inner === undefined ? kind : `${kind}, caused by ${inner}`;
}

/** A type of error, as far as it looks like one. */
export function shortType(type: string): string {
  return /^[a-z0-9_]{1,80}$/.test(type) ? type : 'unknown error';
}

// Elasticsearch puts line and column of the document in front. A field's name has no closing bracket here: what could
// follow it is a value.
const AT = '^(?:\\[\\d+:\\d+\\] )?';
const NAME = '\\[([^\\]]{1,200})\\]';
const TYPE = '\\[([a-z_]{1,40})\\]';
const KNOWN: readonly (readonly [RegExp, (names: readonly string[]) => string])[] = [
  [
    new RegExp(`${AT}failed to parse field ${NAME} of type ${TYPE}`),
    ([field, type]) => `failed to parse field [${field}] of type [${type}]`,
  ],
  [
    new RegExp(`${AT}object mapping for ${NAME} tried to parse field`),
    ([field]) => `field [${field}] is an object in the mapping and none here`,
  ],
  [
    new RegExp(`${AT}mapper ${NAME} cannot be changed from type ${TYPE} to ${TYPE}`),
    ([field, from, to]) => `field [${field}] is [${from}] in the mapping and [${to}] here`,
  ],
  [
    new RegExp(`${AT}can't merge a non(?:-| )object mapping ${NAME}`),
    ([field]) => `field [${field}] is no object in the mapping and one here`,
  ],
  [
    new RegExp(`${AT}Could not dynamically add mapping for field ${NAME}`),
    ([field]) => `field [${field}] fits no other one's mapping`,
  ],
  [
    /^Document contains at least one immense term in field="([^"]{1,200})"/,
    ([field]) => `field [${field}] has a term of more than 32766 bytes`,
  ],
  [/^Limit of total fields \[(\d{1,9})\] has been exceeded/, ([limit]) => `more than ${limit} fields in the index`],
  [/^data stream timestamp field \[@timestamp\] is missing/, () => 'field [@timestamp] is missing'],
  [
    /^documents must contain a single-valued timestamp field/,
    () => 'field [@timestamp] is missing, or has more than one value',
  ],
  [
    /^data stream timestamp field \[@timestamp\] encountered multiple values/,
    () => 'field [@timestamp] has more than one value',
  ],
  [/^no such index /, () => 'there is no such index, and none is made'],
  [/^pipeline with id \[[^\]]*\] does not exist/, () => 'its ingest pipeline does not exist'],
];

function describeKnown(reason: string): string | undefined {
  for (const [pattern, describe] of KNOWN) {
    const match = pattern.exec(reason);
    if (match !== null) return describe(match.slice(1));
  }
  return undefined;
}
