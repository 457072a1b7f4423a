/** A product and its major version; they answer alike in most things and not in some. */
export type Flavour = 'elasticsearch-7' | 'elasticsearch-8' | 'elasticsearch-9' | 'opensearch-2' | 'opensearch-3';

/** What tells a flavour from the others. */
export interface FlavourFacts {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly major: number;
  readonly number: string;
  readonly lucene: string;
  /** Since 7.14 Elasticsearch's clients refuse to work without it. */
  readonly productHeader: boolean;
  /** Error types that have changed their names. */
  readonly documentError: string;
  readonly rejected: string;
  /** Of a value that is too long to be a term, of more fields than an index may have. */
  readonly limitError: string;
  /** The object of many keys that is one field. */
  readonly flatType: 'flattened' | 'flat_object';
  /** A first backing index is `.ds-NAME-2026.11.21-000001`, else `.ds-NAME-000001`. */
  readonly datedBackingIndices: boolean;
  /** A bulk's action line that lacks its last braces is taken all the same. */
  readonly lenientActionLines: boolean;
}

const elasticsearch = {
  product: 'elasticsearch',
  productHeader: true,
  documentError: 'document_parsing_exception',
  limitError: 'document_parsing_exception',
  rejected: 'es_rejected_execution_exception',
  flatType: 'flattened',
  datedBackingIndices: true,
  lenientActionLines: true,
} as const;
const opensearch = {
  product: 'opensearch',
  productHeader: false,
  documentError: 'mapper_parsing_exception',
  limitError: 'illegal_argument_exception',
  rejected: 'rejected_execution_exception',
  flatType: 'flat_object',
  datedBackingIndices: false,
  lenientActionLines: true,
} as const;

/** By their names. */
export const flavours: Readonly<Record<Flavour, FlavourFacts>> = {
  'elasticsearch-7': {
    ...elasticsearch,
    major: 7,
    number: '7.17.29',
    lucene: '8.11.3',
    documentError: 'mapper_parsing_exception',
    limitError: 'illegal_argument_exception',
  },
  'elasticsearch-8': { ...elasticsearch, major: 8, number: '8.19.0', lucene: '9.12.2' },
  'elasticsearch-9': { ...elasticsearch, major: 9, number: '9.2.0', lucene: '10.3.0', lenientActionLines: false },
  'opensearch-2': { ...opensearch, major: 2, number: '2.19.1', lucene: '9.12.1' },
  'opensearch-3': { ...opensearch, major: 3, number: '3.8.0', lucene: '10.4.0' },
};
