import express, { type Express, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import type { RecentResults } from '../probes/recent-results.ts';
import type { StatusSource } from '../status/status-page.ts';
import type { Login } from './auth/login.ts';
import { HttpFault } from './fault.ts';
import { allowOnly, faults, methodNotAllowed, notFound } from './middleware/faults.ts';
import { requestId } from './middleware/request-id.ts';
import { type ObservedRequest, requestLog } from './middleware/request-log.ts';
import { requireLogin } from './middleware/require-login.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { createRouteNames } from './route-names.ts';
import { type AlertsWebhookOptions, alertsWebhook } from './routes/alerts-webhook.ts';
import { healthz } from './routes/healthz.ts';
import { type HeartbeatOptions, heartbeat } from './routes/heartbeat.ts';
import { type HostOnPage, indexPage } from './routes/index-page.ts';
import { metrics, type Rendering, type ScrapeRequest, type ScrapeResult } from './routes/metrics.ts';
import { type ProbeAnswer, type ProbeRequest, probe } from './routes/probe.ts';
import { probes } from './routes/probes.ts';
import { readyz } from './routes/readyz.ts';
import { statusRoutes } from './routes/status.ts';

/** What the routes need from the rest of the program. */
export interface RouterOptions {
  readonly version: string;
  readonly logger: Logger;
  readonly hosts: () => readonly HostOnPage[];
  readonly collectorNames: (rendering: Rendering) => readonly string[];
  readonly scrape: (request: ScrapeRequest) => Promise<ScrapeResult>;
  /** Asks on demand. */
  readonly probe: (request: ProbeRequest) => Promise<ProbeAnswer>;
  readonly moduleNames: () => readonly string[];
  readonly hasProbes: () => boolean;
  readonly recentResults: Pick<RecentResults, 'list' | 'find'>;
  readonly isReady: () => boolean;
  readonly heartbeat: HeartbeatOptions;
  /** Absent: no alerts are taken. */
  readonly alertsWebhook?: AlertsWebhookOptions;
  readonly status: StatusSource;
  readonly observeRequest: (request: ObservedRequest) => void;
}

/** What the server lends them. */
export interface RouterContext {
  readonly login: Login;
  readonly isStopping: () => boolean;
  readonly signalOf: (response: Response) => AbortSignal;
}

/** Every path with its handler, and what each request goes through on the way. */
export function createRouter(options: RouterOptions, { login, isStopping, signalOf }: RouterContext): Express {
  const { logger, observeRequest } = options;
  const open = { '/healthz': healthz, '/readyz': readyz(options.isReady) };
  const scraped = { ...options, hostNames: () => options.hosts().map(({ name }) => name), signalOf };
  const guarded = {
    '/': indexPage(options),
    '/metrics': metrics({ ...scraped, rendering: 'native' }),
    '/metrics/cadvisor': metrics({ ...scraped, rendering: 'cadvisor' }),
    '/probe': probe({ ...options, signalOf }),
    '/probes': probes(options.recentResults),
  };
  const posted = {
    '/heartbeat/:name': heartbeat(options.heartbeat),
    ...(options.alertsWebhook && { '/alerts/webhook': alertsWebhook(options.alertsWebhook, login) }),
  };
  const status = statusRoutes(options.status);
  const isPublic = () => options.status.access() === 'public';
  const routeOf = createRouteNames(Object.keys({ ...open, ...posted, ...status, ...guarded }));

  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.use(requestId, requestLog({ logger, routeOf, observeRequest }), securityHeaders, refuseWhen(isStopping));
  mount(app, open);
  for (const [path, handler] of Object.entries(posted)) app.route(path).post(handler).all(allowOnly('POST'));
  mount(app, status, isPublic);
  app.use(requireLogin(login));
  mount(app, { ...status, ...guarded });
  app.use(notFound, faults(logger));
  return app;
}

type Routes = Readonly<Record<string, RequestHandler>>;

/** Passed over while they are not open. */
function mount(app: Express, routes: Routes, isOpen: () => boolean = () => true): void {
  const passOver: RequestHandler = (_request, _response, next) => {
    if (isOpen()) next();
    else next('route');
  };
  for (const [path, handler] of Object.entries(routes))
    app.route(path).all(passOver).get(handler).all(methodNotAllowed);
}

function refuseWhen(isStopping: () => boolean): RequestHandler {
  return (_request, _response, next) => {
    if (isStopping()) throw new HttpFault(503, 'The exporter is stopping.', { Connection: 'close' });
    next();
  };
}
