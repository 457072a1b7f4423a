import { bulkRoutes } from './api/bulk.ts';
import { documentRoutes } from './api/documents.ts';
import { indexRoutes } from './api/indices.ts';
import { dataStreamLifecycleRoutes, ilmRoutes, ismRoutes } from './api/lifecycle.ts';
import { rootRoutes } from './api/root.ts';
import type { Route, StoreAnswer, StoreRequest } from './api/route.ts';
import { searchRoutes } from './api/search.ts';
import { securityRoutes } from './api/security.ts';
import { templateRoutes } from './api/templates.ts';
import type { Cluster } from './cluster/cluster.ts';
import { errorBody, illegalArgument, StoreError } from './store-error.ts';

/** Answers a request that has been let in. */
export const createRouter = (cluster: Cluster): ((request: Omit<StoreRequest, 'params'>) => StoreAnswer) => {
  const { flavour, lacks } = cluster;
  const isElasticsearch = flavour.product === 'elasticsearch';
  const routes = [
    ...rootRoutes(flavour),
    ...bulkRoutes(cluster),
    ...documentRoutes,
    ...searchRoutes,
    ...templateRoutes,
    ...indexRoutes,
    ...(isElasticsearch && !lacks('ilm') ? ilmRoutes : []),
    ...(isElasticsearch && flavour.major >= 8 && !lacks('data-stream-lifecycle') ? dataStreamLifecycleRoutes : []),
    ...(!isElasticsearch && !lacks('ism') ? ismRoutes : []),
    ...(lacks('security') ? [] : securityRoutes(flavour)),
  ].map((route) => ({ route, parts: splitPath(route.path) }));
  return (request) => {
    const matching = routes.flatMap(({ route, parts }) => {
      const params = matchPath(parts, splitPath(request.path));
      return params === undefined ? [] : [{ route, params }];
    });
    const found = matching.find(({ route }) => route.methods.includes(request.method));
    try {
      if (found !== undefined) {
        refuseUnknownParameters(found.route, request);
        return found.route.handle({ ...request, params: found.params }, cluster);
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return { status: error.status, body: errorBody(error) };
    }
    const allowed = matching.flatMap(({ route }) => route.methods);
    return refuseUnknown(request, allowed);
  };
};

const splitPath = (path: string): readonly string[] => path.split('/').slice(1);

const matchPath = (parts: readonly string[], path: readonly string[]): Readonly<Record<string, string>> | undefined => {
  if (parts.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const given = decodeURIComponent(path[index] ?? '');
    if (!part.startsWith(':')) {
      if (part !== given) return undefined;
      continue;
    }
    // No index is called so: it is an interface.
    if (given === '' || (part === ':index' && given.startsWith('_') && given !== '_all')) return undefined;
    params[part.slice(1)] = given;
  }
  return params;
};

const EVERYWHERE = ['pretty', 'human', 'error_trace', 'filter_path', 'format'];

const refuseUnknownParameters = ({ parameters }: Route, { path, query }: Omit<StoreRequest, 'params'>): void => {
  if (parameters === undefined) return;
  const unknown = [...query.keys()].find((name) => !parameters.includes(name) && !EVERYWHERE.includes(name));
  if (unknown !== undefined) throw illegalArgument(`request [${path}] contains unrecognized parameter: [${unknown}]`);
};

const refuseUnknown = ({ path, method }: Omit<StoreRequest, 'params'>, allowed: readonly string[]): StoreAnswer =>
  allowed.length > 0
    ? {
        status: 405,
        body: {
          error: `Incorrect HTTP method for uri [${path}] and method [${method}], allowed: [${allowed.join(', ')}]`,
          status: 405,
        },
      }
    : { status: 400, body: { error: `no handler found for uri [${path}] and method [${method}]` } };
