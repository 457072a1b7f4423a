import type { Flavour } from '../flavour.ts';
import { asObject, isObject, type JsonObject, textOf } from '../json.ts';

/** A store, real or simulated, as a case uses it. */
export interface CaseStore {
  readonly flavour: Flavour;
  readonly isElasticsearch: boolean;
  /** The object of many keys that is one field. */
  readonly flatType: 'flattened' | 'flat_object';
  /** Sends one request; gives status and error in a line. */
  readonly ask: (method: string, path: string, body?: JsonObject) => Promise<string>;
  readonly send: (request: CaseRequest) => Promise<CaseAnswer>;
  /** Sends lines to `/_bulk` of a data stream or index; gives the status, and those of the items, in a line. */
  readonly bulk: (target: string, ...lines: readonly (JsonObject | string)[]) => Promise<string>;
  /** Makes an index template with a data stream; gives a stream's name that fits it. */
  readonly makeStream: (name: string, template?: JsonObject) => Promise<string>;
}

export interface CaseRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CaseAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** Every answer in a few words: `200`, `400 illegal_argument_exception`, `200: 201, 409 version_conflict_engine_exception`. */
export const summarise = ({ status, json }: Pick<CaseAnswer, 'status' | 'json'>): string => {
  const { items, error, docs } = asObject(json);
  if (Array.isArray(items)) return `${status}: ${items.map(summariseItem).join(', ')}`;
  if (Array.isArray(docs)) return `${status}: ${docs.map((doc) => summariseFound(asObject(doc))).join(', ')}`;
  if (isObject(error)) return `${status} ${String(error['type'])}`;
  return typeof error === 'string' ? `${status} ${error.replace(/ .*/, ' …')}` : String(status);
};

const summariseItem = (item: unknown): string => {
  const [answer] = Object.values(asObject(item)).map(asObject);
  const { status, error, failure_store } = answer ?? {};
  const type = isObject(error) ? ` ${String(error['type'])}` : '';
  return `${String(status)}${type}${failure_store === undefined ? '' : ` failure_store ${textOf(failure_store)}`}`;
};

const summariseFound = ({ found, error }: JsonObject): string =>
  isObject(error) ? String(error['type']) : found === true ? 'found' : 'not found';

/** Wraps the store that answers at a URL. */
export const openCaseStore = (url: string, flavour: Flavour): CaseStore => {
  const isElasticsearch = flavour.startsWith('elasticsearch');
  const send = async ({ method, path, body, headers = {} }: CaseRequest): Promise<CaseAnswer> => {
    const response = await fetch(url + path, { method, body: body ?? null, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parseIfJson(text) };
  };
  const ask: CaseStore['ask'] = async (method, path, body) => {
    const json = { 'content-type': 'application/json' };
    return summarise(await send({ method, path, ...(body && { body: JSON.stringify(body), headers: json }) }));
  };
  return {
    flavour,
    isElasticsearch,
    flatType: isElasticsearch ? 'flattened' : 'flat_object',
    ask,
    send,
    bulk: async (target, ...lines) => {
      const body = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
      const headers = { 'content-type': 'application/x-ndjson' };
      return summarise(await send({ method: 'POST', path: `/${target}/_bulk`, body, headers }));
    },
    makeStream: async (name, template = {}) => {
      const made = await ask('PUT', `/_index_template/${name}`, {
        index_patterns: [`logs-${name}-*`],
        data_stream: {},
        priority: 200,
        template,
      });
      if (made !== '200') throw new Error(`make a template: ${made}`);
      return `logs-${name}-default`;
    },
  };
};

const parseIfJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
