import type { FlavourFacts } from '../flavour.ts';
import { asObject, isObject, type JsonObject } from '../json.ts';
import { StoreError } from '../store-error.ts';
import { type Dynamic, type DynamicTemplate, type Field, holdsFields, type Mapping } from './field.ts';
import { findUnknownParameter, isFieldType } from './field-types.ts';

/** Reads a template's `mappings`, and of its flat settings what is about them. */
export const parseMapping = (
  flavour: FlavourFacts,
  mappings: JsonObject,
  settings: Readonly<Record<string, string>>,
): Mapping => {
  const unknown = Object.keys(mappings).find((name) => !isRootParameter(flavour, name));
  if (unknown !== undefined) throw mappingFault(`Root mapping definition has unsupported parameters:  [${unknown}]`);
  const fields = new Map<string, Field>();
  readProperties(flavour, asObject(mappings['properties']), '', fields);
  return {
    fields,
    dynamic: parseDynamic(mappings['dynamic']) ?? 'true',
    dynamicTemplates: parseDynamicTemplates(mappings['dynamic_templates']),
    dateDetection: mappings['date_detection'] !== false,
    subobjects: mappings['subobjects'] !== false,
    ignoreMalformed: settings['index.mapping.ignore_malformed'] === 'true',
    fieldLimit: Number(settings['index.mapping.total_fields.limit'] ?? 1_000),
    ignoreBeyondLimit: settings['index.mapping.total_fields.ignore_dynamic_beyond_limit'] === 'true',
    depthLimit: Number(settings['index.mapping.depth.limit'] ?? 20),
  };
};

const ROOT = [
  'properties',
  'dynamic',
  'dynamic_templates',
  'date_detection',
  'numeric_detection',
  'dynamic_date_formats',
];
const ROOT_META = ['_source', '_routing', '_meta', '_field_names', '_doc_count', '_data_stream_timestamp'];

const isRootParameter = ({ product }: FlavourFacts, name: string): boolean =>
  [...ROOT, ...ROOT_META].includes(name) || (product === 'elasticsearch' && ['runtime', 'subobjects'].includes(name));

/** One field's definition; throws where its type or a parameter is unknown. */
export const parseField = (flavour: FlavourFacts, path: string, definition: JsonObject): Field => {
  const { properties: _properties, ...own } = definition;
  const type = typeof own['type'] === 'string' ? own['type'] : 'object';
  if (!isFieldType(flavour, type)) {
    throw mappingFault(
      flavour.product === 'elasticsearch' && flavour.major >= 8
        ? `The mapper type [${type}] declared on field [${path}] does not exist. It might have been created within a future version or requires a plugin to be installed. Check the documentation.`
        : `No handler for type [${type}] declared on field [${path}]`,
    );
  }
  const unknown = findUnknownParameter(type, Object.keys(own));
  if (unknown !== undefined) throw mappingFault(`unknown parameter [${unknown}] on mapper [${path}] of type [${type}]`);
  return { type, definition: own, subfields: Object.keys(asObject(own['fields'])).length };
};

export const parseDynamic = (value: unknown): Dynamic | undefined => {
  const text = String(value);
  return text === 'true' || text === 'false' || text === 'strict' || text === 'runtime' ? text : undefined;
};

const readProperties = (
  flavour: FlavourFacts,
  properties: JsonObject,
  prefix: string,
  into: Map<string, Field>,
): void => {
  for (const [name, value] of Object.entries(properties)) {
    const path = `${prefix}${name}`;
    if (!isObject(value)) throw mappingFault(`Expected map for property [fields] on field [${path}]`);
    for (const parent of parentsOf(path)) {
      if (!into.has(parent)) into.set(parent, { type: 'object', definition: {}, subfields: 0 });
    }
    const field = parseField(flavour, path, value);
    into.set(path, field);
    if (holdsFields(field.type)) readProperties(flavour, asObject(value['properties']), `${path}.`, into);
  }
};

/** `a` and `a.b` of `a.b.c`. */
export const parentsOf = (path: string): readonly string[] => {
  const parts = path.split('.');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('.'));
};

const parseDynamicTemplates = (value: unknown): readonly DynamicTemplate[] =>
  (Array.isArray(value) ? value : []).flatMap((one: unknown) =>
    Object.entries(asObject(one)).map(([name, rule]) => ({ name, rule: asObject(rule) })),
  );

const mappingFault = (reason: string): StoreError =>
  new StoreError(400, 'mapper_parsing_exception', `Failed to parse mapping: ${reason}`, {
    caused_by: { type: 'mapper_parsing_exception', reason },
  });
