import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { readRequestId } from './request-id.ts';

export interface ObservedRequest {
  readonly method: string;
  /** One of our paths, with `:name` for what differs, or `unknown`: a caller cannot make series. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface RequestLogOptions {
  readonly logger: Logger;
  readonly routeOf: (path: string) => string;
  readonly observeRequest: (request: ObservedRequest) => void;
}

/** One line and one observation a request, when its response is sent or its client gone. Never headers, never the query. */
export function requestLog({ logger, routeOf, observeRequest }: RequestLogOptions): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const seconds = (performance.now() - startedMs) / 1000;
      const status = readStatus(response);
      observeRequest({
        method: METHODS.has(method) ? method : 'other',
        route: routeOf(path),
        status,
        seconds,
      });
      const fields = {
        'http.request.id': readRequestId(response),
        'http.request.method': method,
        'url.path': path.slice(0, 256),
        'http.response.status_code': status,
        'event.duration': Math.round(seconds * 1e9),
      };
      if (status >= 500) logger.warn(fields, 'request failed');
      else logger.debug(fields, 'request');
    });
    next();
  };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** 499, as proxies have it: the client left before it had all of the answer. */
function readStatus({ writableFinished, statusCode }: Response): number {
  return writableFinished || statusCode >= 500 ? statusCode : 499;
}
