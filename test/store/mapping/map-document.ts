import type { FlavourFacts } from '../flavour.ts';
import { isObject, type JsonObject, textOf } from '../json.ts';
import { StoreError } from '../store-error.ts';
import { defineDynamically } from './dynamic-field.ts';
import { type Dynamic, type Field, holdsFields, type Mapping } from './field.ts';
import { parentsOf, parseDynamic, parseField } from './parse-mapping.ts';
import { checkFlat, checkValue, UnfitValue } from './values.ts';

/** What a document does to its index. */
export interface MappedDocument {
  /** Fields that the index did not know. */
  readonly added: ReadonlyMap<string, Field>;
  readonly ignored: readonly string[];
}

/** Lays a document on a mapping; throws what its item is refused with, and then nothing of it counts. */
export const mapDocument = (flavour: FlavourFacts, mapping: Mapping, document: JsonObject): MappedDocument => {
  const walk: Walk = { flavour, mapping, added: new Map(), ignored: new Set() };
  mapObject(walk, '', document);
  checkLimit(walk);
  return { added: walk.added, ignored: [...walk.ignored].sort() };
};

interface Walk {
  readonly flavour: FlavourFacts;
  readonly mapping: Mapping;
  readonly added: Map<string, Field>;
  readonly ignored: Set<string>;
}

const mapObject = (walk: Walk, prefix: string, object: JsonObject): void => {
  for (const [name, value] of Object.entries(object)) {
    if (name.trim() === '') throw refuse(walk, 'field name cannot be an empty string');
    if (walk.mapping.subobjects && name.split('.').some((part) => part.trim() === '')) {
      throw refuse(walk, `field name cannot contain only whitespace: ['${prefix}${name}']`);
    }
    mapMember(walk, `${prefix}${name}`, value);
  }
};

const mapMember = (walk: Walk, path: string, value: unknown): void => {
  if (walk.mapping.subobjects) {
    const parts = path.split('.');
    if (parts.length > walk.mapping.depthLimit) {
      throw refuse(walk, `Limit of mapping depth [${walk.mapping.depthLimit}] has been exceeded`);
    }
    for (const parent of parentsOf(path)) if (!enterParent(walk, parent, value)) return;
  }
  for (const one of Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]) mapValue(walk, path, one);
};

/** Whether what lies below is to be indexed field by field. */
const enterParent = (walk: Walk, parent: string, value: unknown): boolean => {
  const field = lookUp(walk, parent);
  if (field === undefined) return value !== null && addField(walk, parent, { type: 'object' }) !== undefined;
  if (field.type === 'flattened' || field.type === 'flat_object') return false;
  if (!holdsFields(field.type)) {
    throw refuse(
      walk,
      `Could not dynamically add mapping. Existing mapping for [${parent}] must be of type object but found [${field.type}].`,
    );
  }
  return field.definition['enabled'] !== false;
};

const mapValue = (walk: Walk, path: string, value: unknown): void => {
  if (value === null) return;
  const field = lookUp(walk, path) ?? addField(walk, path, defineDynamically(walk.mapping, path, value));
  if (field === undefined || field.definition['enabled'] === false) return;
  if (!holdsFields(field.type)) {
    mapScalar(walk, path, { field, value });
    return;
  }
  if (!isObject(value)) {
    throw refuse(
      walk,
      `object mapping for [${path}] tried to parse field [${path}] as object, but found a concrete value`,
    );
  }
  mapObject(walk, `${path}.`, value);
};

const mapScalar = (
  walk: Walk,
  path: string,
  { field, value }: { readonly field: Field; readonly value: unknown },
): void => {
  try {
    // OpenSearch does not tell of a value that is longer than ignore_above.
    if (takeValue(field, value) === 'ignored' && walk.flavour.product === 'elasticsearch') walk.ignored.add(path);
  } catch (error) {
    if (!(error instanceof UnfitValue)) throw error;
    if (error.kind !== 'malformed' || !isMalformedIgnored(walk, field, value)) {
      throw explain(walk, { path, field, value, error });
    }
    // Seen: OpenSearch takes an object for a scalar then, and does not tell.
    if (!isObject(value)) walk.ignored.add(path);
  }
};

const takeValue = (field: Field, value: unknown): 'indexed' | 'ignored' => {
  if (field.type === 'flattened' || field.type === 'flat_object') return checkFlat(field, value);
  // What is made of several values is not looked into.
  if (OPAQUE.includes(field.type)) return 'indexed';
  if (isObject(value)) {
    const isText = TEXTS.includes(field.type);
    throw new UnfitValue(isText ? 'not-text' : 'malformed', "Can't get text on a START_OBJECT");
  }
  return checkValue(field, value);
};

const OPAQUE = ['geo_point', 'geo_shape', 'dense_vector', 'histogram', 'aggregate_metric_double', 'completion', 'join'];
const TEXTS = ['keyword', 'text', 'match_only_text', 'wildcard', 'constant_keyword'];

const isMalformedIgnored = ({ mapping, flavour }: Walk, field: Field, value: unknown): boolean => {
  const own = field.definition['ignore_malformed'];
  const knows = !TEXTS.includes(field.type) && !field.type.startsWith('flat') && field.type !== 'boolean';
  const takes = flavour.product === 'opensearch' || !isObject(value);
  return knows && takes && (own === undefined ? mapping.ignoreMalformed : textOf(own) === 'true');
};

const lookUp = ({ mapping, added }: Walk, path: string): Field | undefined =>
  mapping.fields.get(path) ?? added.get(path);

/** Undefined: the mapping leaves new fields out. */
const addField = (walk: Walk, path: string, definition: JsonObject): Field | undefined => {
  const dynamic = dynamicAt(walk, path);
  if (dynamic === 'false' || (dynamic === 'runtime' && definition['type'] !== 'object')) return undefined;
  if (dynamic === 'strict') {
    const parent = parentsOf(path).at(-1) ?? '_doc';
    throw new StoreError(
      400,
      'strict_dynamic_mapping_exception',
      `mapping set to strict, dynamic introduction of [${path.split('.').at(-1)}] within [${parent}] is not allowed`,
    );
  }
  const field = parseField(walk.flavour, path, definition);
  if (walk.mapping.ignoreBeyondLimit && countFields(walk) + 1 + field.subfields > walk.mapping.fieldLimit) {
    walk.ignored.add(path);
    return undefined;
  }
  walk.added.set(path, field);
  return field;
};

const dynamicAt = (walk: Walk, path: string): Dynamic => {
  const nearest = [...parentsOf(path)].reverse().map((parent) => lookUp(walk, parent)?.definition['dynamic']);
  return parseDynamic(nearest.find((value) => value !== undefined)) ?? walk.mapping.dynamic;
};

const countFields = ({ mapping, added }: Walk): number =>
  [...mapping.fields.values(), ...added.values()].reduce((sum, { subfields }) => sum + 1 + subfields, 0);

const checkLimit = (walk: Walk): void => {
  if (walk.added.size === 0 || countFields(walk) <= walk.mapping.fieldLimit) return;
  const news = countFields({ ...walk, mapping: { ...walk.mapping, fields: new Map() } });
  const adding = walk.flavour.product === 'elasticsearch' ? ` while adding new fields [${news}]` : '';
  throw new StoreError(
    400,
    walk.flavour.limitError,
    `Limit of total fields [${walk.mapping.fieldLimit}] has been exceeded${adding}`,
  );
};

const explain = (
  walk: Walk,
  { path, field, value, error }: { path: string; field: Field; value: unknown; error: UnfitValue },
): StoreError => {
  if (error.kind === 'immense') {
    const reason = `Document contains at least one immense term in field="${path}" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped. Please correct the analyzer to not produce such terms.`;
    return new StoreError(400, walk.flavour.limitError, reason, {
      caused_by: { type: 'max_bytes_length_exceeded_exception', reason: error.message },
    });
  }
  const preview = JSON.stringify(value).slice(0, 100);
  return refuse(
    walk,
    `failed to parse field [${path}] of type [${field.type}] in document. Preview of field's value: '${preview}'`,
    {
      caused_by: { type: 'illegal_argument_exception', reason: error.message },
    },
  );
};

const refuse = ({ flavour }: Walk, reason: string, more: JsonObject = {}): StoreError =>
  new StoreError(
    400,
    flavour.documentError,
    flavour.documentError.startsWith('document') ? `[1:1] ${reason}` : reason,
    more,
  );
