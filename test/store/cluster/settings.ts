import type { FlavourFacts } from '../flavour.ts';
import { isObject, type JsonObject } from '../json.ts';
import { StoreError } from '../store-error.ts';

/** By full name, `index.number_of_shards`, all of them texts: as the engines keep them. */
export type Settings = Readonly<Record<string, string>>;

/** Reads settings, which may be nested, dotted, and without `index.`; throws where the engine does not know one. */
export const parseSettings = (flavour: FlavourFacts, settings: unknown, lacksLifecycle: boolean): Settings => {
  const flat = Object.fromEntries(
    flatten(settings, '').map(([name, value]) => [name.startsWith('index.') ? name : `index.${name}`, value] as const),
  );
  const unknown = Object.keys(flat).find((name) => !isKnown(flavour, name, lacksLifecycle));
  if (unknown !== undefined) {
    const type =
      flavour.product === 'opensearch' && flavour.major >= 3 ? 'settings_exception' : 'illegal_argument_exception';
    throw new StoreError(
      400,
      type,
      `unknown setting [${unknown}] please check that any required plugins are installed, or check the breaking changes documentation for removed settings`,
    );
  }
  return flat;
};

/** As the engines give them back. */
export const nestSettings = (settings: Settings): JsonObject => {
  const nested: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const parts = name.split('.');
    let holder = nested;
    for (const part of parts.slice(0, -1)) {
      const there = holder[part];
      const opened: Record<string, unknown> = isObject(there) ? { ...there } : {};
      holder[part] = opened;
      holder = opened;
    }
    holder[parts.at(-1) ?? ''] = parseList(value);
  }
  return nested;
};

const flatten = (value: unknown, prefix: string): readonly (readonly [string, string])[] => {
  if (!isObject(value)) return value === undefined || value === null ? [] : [[prefix, formatValue(value)]];
  return Object.entries(value).flatMap(([name, inner]) => flatten(inner, prefix === '' ? name : `${prefix}.${name}`));
};

const formatValue = (value: unknown): string =>
  Array.isArray(value) ? JSON.stringify(value.map(String)) : String(value);
const parseList = (text: string): unknown => (text.startsWith('[') ? JSON.parse(text) : text);

const KNOWN = [
  /^index\.(number_of_shards|number_of_replicas|auto_expand_replicas|refresh_interval|codec|hidden|priority|version)$/,
  /^index\.(default_pipeline|final_pipeline|max_[a-z_]+|gc_deletes|load_fixed_bitset_filters_eagerly)$/,
  /^index\.mapping\.(ignore_malformed|coerce|depth\.limit|nested_fields\.limit|nested_objects\.limit|field_name_length\.limit)$/,
  /^index\.mapping\.(total_fields\.limit|dimension_fields\.limit)$/,
  /^index\.(query|search|sort|blocks|routing|translog|merge|store|analysis|unassigned|write|highlight|similarity|soft_deletes|indexing|requests)\./,
];
const ELASTICSEARCH = [
  /^index\.mode$/,
  /^index\.mapping\.(total_fields\.ignore_dynamic_beyond_limit|source\.mode|synthetic_source_keep)$/,
  /^index\.(look_ahead_time|time_series)/,
];

const isKnown = ({ product }: FlavourFacts, name: string, lacksLifecycle: boolean): boolean => {
  if (KNOWN.some((pattern) => pattern.test(name))) return true;
  if (product === 'elasticsearch') {
    return (
      ELASTICSEARCH.some((pattern) => pattern.test(name)) || (!lacksLifecycle && name.startsWith('index.lifecycle.'))
    );
  }
  return !lacksLifecycle && /^index\.(plugins|opendistro)\.index_state_management\./.test(name);
};
