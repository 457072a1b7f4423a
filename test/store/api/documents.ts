import type { Cluster } from '../cluster/cluster.ts';
import type { Index } from '../cluster/indices.ts';
import { asObject, asTexts, type JsonObject, textOf } from '../json.ts';
import { errorObject, indexNotFound, StoreError } from '../store-error.ts';
import { ok, type Route, readRequiredJson, type StoreRequest } from './route.ts';

/** Documents by their ids. They are found at once, without a refresh. */
export const documentRoutes: readonly Route[] = [
  { methods: ['GET', 'POST'], path: '/_mget', handle: (request, cluster) => multiGet(request, cluster) },
  { methods: ['GET', 'POST'], path: '/:index/_mget', handle: (request, cluster) => multiGet(request, cluster) },
  {
    methods: ['GET', 'HEAD'],
    path: '/:index/_doc/:id',
    handle: ({ params }, cluster) => {
      const body = getOne(cluster, params['index'] ?? '', params['id'] ?? '', undefined);
      return { status: body['found'] === true ? 200 : 404, body };
    },
  },
];

const multiGet = (request: StoreRequest, cluster: Cluster) => {
  const body = readRequiredJson(request);
  const target = request.params['index'];
  const wanted = [
    ...(Array.isArray(body['docs']) ? body['docs'].map(asObject) : []),
    ...asTexts(body['ids']).map((id): JsonObject => ({ _id: id })),
  ];
  if (wanted.length === 0) {
    throw new StoreError(400, 'action_request_validation_exception', 'Validation Failed: 1: no documents to get;');
  }
  const withSource = request.query.get('_source') !== 'false';
  const docs = wanted.map(({ _index = target, _id, _source }) => {
    const [index, id] = [textOf(_index), textOf(_id)];
    try {
      return getOne(cluster, index, id, withSource ? _source : false);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const object = errorObject(error);
      return { _index: index, _id: id, error: { root_cause: [object], ...object } };
    }
  });
  return ok({ docs });
};

const getOne = (cluster: Cluster, target: string, id: string, source: unknown): JsonObject => {
  const index = findSingle(cluster, target);
  const document = index.documents.get(id);
  const type = cluster.flavour.major === 7 ? { _type: '_doc' } : {};
  if (document === undefined) return { _index: index.name, ...type, _id: id, found: false };
  return {
    _index: index.name,
    ...type,
    _id: id,
    _version: document.version,
    _seq_no: document.sequence,
    _primary_term: 1,
    found: true,
    ...(source !== false && { _source: document.source }),
  };
};

/** A data stream is not found by its name, whatever it holds: only its indices are. */
const findSingle = ({ indices }: Cluster, target: string): Index => {
  const index = indices.get(target) ?? [...indices.values()].find(({ aliases }) => aliases.includes(target));
  if (index === undefined) throw indexNotFound(target);
  return index;
};
