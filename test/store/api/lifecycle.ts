import { fitsGlob } from '../globs.ts';
import { asObject, type JsonObject } from '../json.ts';
import { indexNotFound, StoreError } from '../store-error.ts';
import { acknowledged, ok, type Route, readRequiredJson } from './route.ts';

/** Index lifecycle management of Elasticsearch. */
export const ilmRoutes: readonly Route[] = [
  {
    methods: ['PUT'],
    path: '/_ilm/policy/:name',
    handle: (request, { resources }) => {
      const { policy } = readRequiredJson(request);
      if (policy === undefined) throw new StoreError(400, 'illegal_argument_exception', 'Required [policy]');
      const name = `ilm/${request.params['name']}`;
      const version = Number(resources.get(name)?.['version'] ?? 0) + 1;
      resources.set(name, { version, modified_date: new Date().toISOString(), policy: withDefaults(asObject(policy)) });
      return acknowledged;
    },
  },
  {
    methods: ['GET'],
    path: '/_ilm/policy/:name',
    handle: ({ params }, { resources }) => {
      const name = params['name'] ?? '';
      const found = resources.get(`ilm/${name}`);
      if (found === undefined) {
        throw new StoreError(404, 'resource_not_found_exception', `Lifecycle policy not found: ${name}`);
      }
      return ok({ [name]: { ...found, in_use_by: { indices: [], data_streams: [], composable_templates: [] } } });
    },
  },
  {
    methods: ['DELETE'],
    path: '/_ilm/policy/:name',
    handle: ({ params }, { resources }) => {
      if (resources.delete(`ilm/${params['name']}`)) return acknowledged;
      throw new StoreError(404, 'resource_not_found_exception', `Lifecycle policy not found: ${params['name']}`);
    },
  },
];

/** A policy is given back with what it did not say. */
const withDefaults = (policy: JsonObject): JsonObject => ({
  ...policy,
  phases: Object.fromEntries(
    Object.entries(asObject(policy['phases'])).map(([name, phase]) => {
      const actions = asObject(asObject(phase)['actions']);
      const deletes = name === 'delete' && 'delete' in actions;
      const whole = deletes
        ? { ...actions, delete: { delete_searchable_snapshot: true, ...asObject(actions['delete']) } }
        : actions;
      return [name, { min_age: '0ms', ...asObject(phase), actions: whole }];
    }),
  ),
});

/** The lifecycle that a data stream has of itself, on Elasticsearch since 8.11. */
export const dataStreamLifecycleRoutes: readonly Route[] = [
  {
    methods: ['PUT'],
    path: '/_data_stream/:name/_lifecycle',
    handle: (request, { resources, streams }) => {
      const name = request.params['name'] ?? '';
      const found = [...streams.keys()].filter((stream) => fitsGlob(name, stream));
      if (found.length === 0 && !name.includes('*')) throw indexNotFound(name);
      const lifecycle = { enabled: true, ...readRequiredJson(request) };
      for (const stream of found) resources.set(`data-stream-lifecycle/${stream}`, lifecycle);
      return acknowledged;
    },
  },
  {
    methods: ['GET'],
    path: '/_data_stream/:name/_lifecycle',
    handle: ({ params }, { resources, streams }) => {
      const found = [...streams.keys()].filter((stream) => fitsGlob(params['name'] ?? '', stream));
      return ok({
        data_streams: found.map((name) => {
          const lifecycle = resources.get(`data-stream-lifecycle/${name}`);
          return { name, ...(lifecycle !== undefined && { lifecycle }) };
        }),
      });
    },
  },
];

/** Index state management of OpenSearch: a policy is changed only by who says which state of it is meant. */
export const ismRoutes: readonly Route[] = [
  {
    methods: ['PUT'],
    path: '/_plugins/_ism/policies/:name',
    handle: (request, { resources }) => {
      const id = request.params['name'] ?? '';
      const before = resources.get(`ism/${id}`);
      const [sequence, term] = [request.query.get('if_seq_no'), request.query.get('if_primary_term')];
      if (
        before !== undefined &&
        (String(before['_seq_no']) !== sequence || String(before['_primary_term']) !== term)
      ) {
        throw new StoreError(
          409,
          'version_conflict_engine_exception',
          `[${id}]: version conflict, document already exists (current version [${String(before['_version'])}])`,
        );
      }
      const policy = {
        policy_id: id,
        last_updated_time: Date.now(),
        schema_version: 21,
        error_notification: null,
        ...asObject(readRequiredJson(request)['policy']),
      };
      const version = Number(before?.['_version'] ?? 0) + 1;
      const kept = { _id: id, _version: version, _seq_no: version - 1, _primary_term: 1, policy };
      resources.set(`ism/${id}`, kept);
      return { status: before === undefined ? 201 : 200, body: { ...kept, policy: { policy } } };
    },
  },
  {
    methods: ['GET'],
    path: '/_plugins/_ism/policies/:name',
    handle: ({ params }, { resources }) => {
      const found = resources.get(`ism/${params['name']}`);
      if (found === undefined) throw new StoreError(404, 'status_exception', 'Policy not found');
      return ok(found);
    },
  },
  {
    methods: ['DELETE'],
    path: '/_plugins/_ism/policies/:name',
    handle: ({ params }, { resources }) => {
      const isThere = resources.delete(`ism/${params['name']}`);
      return { status: isThere ? 200 : 404, body: { _id: params['name'], result: isThere ? 'deleted' : 'not_found' } };
    },
  },
];
