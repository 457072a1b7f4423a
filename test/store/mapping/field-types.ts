import type { FlavourFacts } from '../flavour.ts';

const everywhere = [
  ...['alias', 'binary', 'boolean', 'byte', 'completion', 'date', 'date_nanos', 'double', 'float', 'geo_point'],
  ...['half_float', 'integer', 'ip', 'ip_range', 'join', 'keyword', 'long', 'nested', 'object', 'scaled_float'],
  ...['search_as_you_type', 'short', 'text', 'token_count', 'unsigned_long', 'match_only_text', 'wildcard'],
  ...['constant_keyword', 'date_range', 'long_range', 'integer_range', 'float_range', 'double_range', 'geo_shape'],
];
const elasticsearchAlone = ['flattened', 'version', 'dense_vector', 'histogram', 'aggregate_metric_double'];

/** Whether a template may name this type. */
export const isFieldType = ({ product, major }: FlavourFacts, type: string): boolean => {
  if (everywhere.includes(type)) return true;
  if (product === 'elasticsearch') return elasticsearchAlone.includes(type);
  return type === 'flat_object' || (type === 'version' && major >= 3);
};

const common = ['type', 'copy_to', 'doc_values', 'index', 'meta', 'store', 'boost', 'null_value', 'similarity'];
const parametersOf: Readonly<Record<string, readonly string[]>> = {
  keyword: [
    'ignore_above',
    'normalizer',
    'norms',
    'fields',
    'eager_global_ordinals',
    'index_options',
    'on_script_error',
  ],
  text: [
    'analyzer',
    'search_analyzer',
    'norms',
    'fields',
    'fielddata',
    'index_options',
    'index_prefixes',
    'term_vector',
  ],
  match_only_text: ['fields', 'analyzer'],
  date: ['format', 'locale', 'ignore_malformed', 'fields'],
  date_nanos: ['format', 'locale', 'ignore_malformed', 'fields'],
  long: ['coerce', 'ignore_malformed', 'fields', 'time_series_metric'],
  ip: ['ignore_malformed', 'fields'],
  boolean: ['fields', 'ignore_malformed'],
  flattened: ['ignore_above', 'depth_limit', 'eager_global_ordinals', 'index_options', 'split_queries_on_whitespace'],
  flat_object: [],
};

/** A parameter of a field that this type does not know. */
export const findUnknownParameter = (type: string, names: readonly string[]): string | undefined => {
  const own = parametersOf[type];
  return own && names.find((name) => !common.includes(name) && !own.includes(name));
};
