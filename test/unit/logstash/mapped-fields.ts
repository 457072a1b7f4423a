import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryPath } from '../../bed/paths.ts';

export const variants = ['elasticsearch-8.8', 'elasticsearch-7.17', 'opensearch'] as const;
export type Variant = (typeof variants)[number];

export const installedFile = (variant: Variant, file: string): unknown =>
  JSON.parse(readFileSync(join(repositoryPath, 'logstash/elasticsearch', variant, `${file}.json`), 'utf8'));

/** What a mapping says of a field. */
export type FieldMapping = Readonly<Record<string, unknown>> & { readonly type: string };

/** Every field of the documents by its full name. */
export const mappedFields = (variant: Variant): ReadonlyMap<string, FieldMapping> => {
  const { template } = installedFile(variant, '_component_template/harborlight@mappings') as {
    readonly template: { readonly mappings: Properties };
  };
  return new Map(flatten(template.mappings, ''));
};

interface Properties {
  readonly properties?: Readonly<Record<string, Properties | FieldMapping>>;
}

const flatten = ({ properties = {} }: Properties, prefix: string): readonly (readonly [string, FieldMapping])[] =>
  Object.entries(properties).flatMap(([name, inner]) =>
    isField(inner) ? [[prefix + name, inner] as const] : flatten(inner, `${prefix + name}.`),
  );

// A field called `type` has an object in its place.
const isField = (inner: Properties | FieldMapping): inner is FieldMapping =>
  'type' in inner && typeof inner.type === 'string';

const flatTypes = ['flattened', 'flat_object'];

/** The names of a document's values that have no place in the mapping. */
export const unmappedIn = (
  document: object,
  fields: ReadonlyMap<string, FieldMapping>,
  prefix = '',
): readonly string[] =>
  Object.entries(document).flatMap(([key, value]: [string, unknown]) => {
    const name = prefix + key;
    const field = fields.get(name);
    if (field !== undefined) {
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isObject === flatTypes.includes(field.type) ? [] : [name];
    }
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? unmappedIn(value, fields, `${name}.`)
      : [name];
  });
