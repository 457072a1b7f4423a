import { randomBytes } from 'node:crypto';
import type { FlavourFacts } from '../flavour.ts';
import { asObject, isObject } from '../json.ts';
import { illegalArgument } from '../store-error.ts';
import { ok, type Route, readRequiredJson } from './route.ts';

/** Roles, and API keys on Elasticsearch. What a role allows is not enforced. */
export const securityRoutes = ({ product }: FlavourFacts): readonly Route[] =>
  product === 'elasticsearch' ? elasticsearchRoutes : opensearchRoutes;

const elasticsearchRoutes: readonly Route[] = [
  {
    methods: ['PUT', 'POST'],
    path: '/_security/role/:name',
    handle: (request, { resources }) => {
      const role = readRequiredJson(request);
      const unknown = Object.keys(role).find((key) => !ROLE_KEYS.includes(key));
      if (unknown !== undefined) throw illegalArgument(`failed to parse role [x]. unexpected field [${unknown}]`);
      const name = `role/${request.params['name']}`;
      const created = !resources.has(name);
      resources.set(name, {
        cluster: [],
        indices: [],
        applications: [],
        run_as: [],
        metadata: {},
        transient_metadata: { enabled: true },
        ...role,
      });
      return ok({ role: { created } });
    },
  },
  {
    methods: ['GET'],
    path: '/_security/role/:name',
    handle: ({ params }, { resources }) => {
      const name = params['name'] ?? '';
      const role = resources.get(`role/${name}`);
      return role === undefined ? { status: 404, body: {} } : ok({ [name]: role });
    },
  },
  {
    methods: ['DELETE'],
    path: '/_security/role/:name',
    handle: ({ params }, { resources }) => {
      const found = resources.delete(`role/${params['name']}`);
      return { status: found ? 200 : 404, body: { found } };
    },
  },
  {
    methods: ['PUT', 'POST'],
    path: '/_security/api_key',
    handle: (request) => {
      const { name } = readRequiredJson(request);
      const [id, key] = [randomBytes(15).toString('base64url'), randomBytes(16).toString('base64url')];
      return ok({ id, name, api_key: key, encoded: Buffer.from(`${id}:${key}`).toString('base64') });
    },
  },
];

const ROLE_KEYS = [
  'cluster',
  'indices',
  'applications',
  'run_as',
  'metadata',
  'global',
  'description',
  'remote_indices',
  'transient_metadata',
];

const opensearchRoutes: readonly Route[] = [
  {
    methods: ['PUT'],
    path: '/_plugins/_security/api/roles/:name',
    handle: (request, { resources }) => {
      const name = request.params['name'] ?? '';
      const isNew = !resources.has(`role/${name}`);
      const defaults = {
        reserved: false,
        hidden: false,
        cluster_permissions: [],
        index_permissions: [],
        tenant_permissions: [],
        static: false,
      };
      resources.set(`role/${name}`, { ...defaults, ...readRequiredJson(request) });
      const [status, word] = isNew ? [201, 'CREATED'] : [200, 'OK'];
      return { status, body: { status: word, message: isNew ? `'${name}' created.` : `'${name}' updated.` } };
    },
  },
  {
    methods: ['GET'],
    path: '/_plugins/_security/api/roles/:name',
    handle: ({ params }, { resources }) => {
      const name = params['name'] ?? '';
      const role = resources.get(`role/${name}`);
      if (isObject(role)) return ok({ [name]: asObject(role) });
      return { status: 404, body: { status: 'NOT_FOUND', message: `role '${name}' not found.` } };
    },
  },
];
