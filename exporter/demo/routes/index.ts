import type { ApiReply, ApiRequest } from '../http/api.ts';
import type { EngineState } from '../state/engine-state.ts';
import { inspectContainer, listContainers } from './containers.ts';
import { streamEvents } from './events.ts';
import { inspectImage, listImages } from './images.ts';
import { info } from './info.ts';
import { readLogs } from './logs.ts';
import { inspectNetwork, listNetworks } from './networks.ts';
import { readStatistics } from './stats.ts';
import { ping, version } from './system.ts';
import { diskUsage } from './system-df.ts';
import { inspectVolume, listVolumes } from './volumes.ts';

/** What a route gets: the engine, the call, and what the path's placeholder stands for. */
export interface RouteContext {
  readonly state: EngineState;
  readonly request: ApiRequest;
  /** The negotiated API version: 51 of 1.51. */
  readonly minor: number;
  readonly reference: string;
}

interface Route {
  readonly path: RegExp;
  readonly answer: (context: RouteContext) => ApiReply | Promise<ApiReply>;
}

const ROUTES: readonly Route[] = [
  { path: /^\/_ping$/, answer: ping },
  { path: /^\/version$/, answer: version },
  { path: /^\/info$/, answer: info },
  { path: /^\/events$/, answer: streamEvents },
  { path: /^\/system\/df$/, answer: diskUsage },
  { path: /^\/containers\/json$/, answer: listContainers },
  { path: /^\/containers\/(.+)\/json$/, answer: inspectContainer },
  { path: /^\/containers\/(.+)\/stats$/, answer: readStatistics },
  { path: /^\/containers\/(.+)\/logs$/, answer: readLogs },
  { path: /^\/images\/json$/, answer: listImages },
  { path: /^\/images\/(.+)\/json$/, answer: inspectImage },
  { path: /^\/networks$/, answer: listNetworks },
  { path: /^\/networks\/(.+)$/, answer: inspectNetwork },
  { path: /^\/volumes$/, answer: listVolumes },
  { path: /^\/volumes\/(.+)$/, answer: inspectVolume },
];

/** What answers the call, given its version; undefined for a path or a method that the engine does not have. */
export function findRoute(
  state: EngineState,
  request: ApiRequest,
): ((minor: number) => ApiReply | Promise<ApiReply>) | undefined {
  const found = ROUTES.find(({ path }) => path.test(request.path));
  const allowed = request.method === 'GET' || (request.method === 'HEAD' && request.path === '/_ping');
  if (!found || !allowed) return undefined;
  const reference = found.path.exec(request.path)?.[1] ?? '';
  return (minor) => found.answer({ state, request, minor, reference });
}
