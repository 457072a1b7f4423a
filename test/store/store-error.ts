import type { JsonObject } from './json.ts';

/** What a request, or an item of a bulk, is refused with. */
export class StoreError extends Error {
  readonly status: number;
  readonly type: string;
  /** Further members beside type and reason. */
  readonly more: JsonObject;

  constructor(status: number, type: string, reason: string, more: JsonObject = {}) {
    super(reason);
    this.name = 'StoreError';
    this.status = status;
    this.type = type;
    this.more = more;
  }
}

/** The most usual one. */
export const illegalArgument = (reason: string): StoreError =>
  new StoreError(400, 'illegal_argument_exception', reason);

/** Of what is asked for by its name. */
export const indexNotFound = (name: string): StoreError =>
  new StoreError(404, 'index_not_found_exception', `no such index [${name}]`, {
    index: name,
    'resource.id': name,
    'resource.type': 'index_or_alias',
    index_uuid: '_na_',
  });

/** As an item carries it. */
export const errorObject = ({ type, message, more }: StoreError): JsonObject => ({ type, reason: message, ...more });

/** As a whole answer carries it. */
export const errorBody = (error: StoreError): JsonObject => {
  const object = errorObject(error);
  return { error: { root_cause: [object], ...object }, status: error.status };
};
