import http from 'node:http';
import https from 'node:https';
import { onTestFinished } from 'vitest';
import type { ObservedRequest } from '../../../exporter/http/middleware/request-log.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../../exporter/http/server.ts';
import type { StatusReport } from '../../../exporter/model/status.ts';
import { createRecentResults } from '../../../exporter/probes/recent-results.ts';
import { createLogger } from '../../../exporter/telemetry/logger.ts';

type LogLine = Readonly<Record<string, unknown>>;

interface Bed {
  readonly url: URL;
  readonly port: number;
  readonly server: HttpServer;
  /** Everything logged so far, as text. */
  readonly log: () => string;
  readonly lines: () => readonly LogLine[];
  readonly observed: readonly ObservedRequest[];
}

const EMPTY_REPORT: StatusReport = {
  title: 'Service status',
  atSeconds: 0,
  state: 'unknown',
  counts: { up: 0, down: 0, unknown: 0 },
  groups: [],
  omitted: 0,
};

/** A server on a free port of loopback, stopped at the end of the test. */
export async function startServer(overrides: Partial<HttpServerOptions> = {}): Promise<Bed> {
  const texts: string[] = [];
  const observed: ObservedRequest[] = [];
  const { logger } = createLogger({
    level: 'debug',
    format: 'json',
    name: 'test',
    destination: { write: (text) => texts.push(text) },
  });
  const server = createHttpServer({
    listen: { address: '127.0.0.1', port: 0 },
    verifyPassword: (hash, password) => Promise.resolve(hash === hashOf(password)),
    logger,
    version: '1.2.3',
    scrape: () => Promise.resolve({ chunks: ['up 1\n'] }),
    hosts: () => [
      { name: 'edge-1', url: 'unix:///var/run/docker.sock', up: true, containers: 3 },
      { name: 'edge-2', url: 'https://10.0.0.2:2376', up: false, reason: 'timeout' },
    ],
    collectorNames: () => ['cpu', 'memory'],
    probe: () => Promise.reject(new Error('nobody was to be asked')),
    moduleNames: () => [],
    hasProbes: () => false,
    recentResults: createRecentResults({ max: 2 }),
    isReady: () => true,
    heartbeat: { check: () => ({ kind: 'denied' }), beat: () => Promise.resolve(true) },
    status: { access: () => 'off', report: () => Promise.resolve(EMPTY_REPORT) },
    observeRequest: (request) => observed.push(request),
    ...overrides,
  });
  const { url, port } = await server.start();
  onTestFinished(() => server.stop());
  return {
    url: new URL(url),
    port,
    server,
    observed,
    log: () => texts.join(''),
    // The JSON logger writes one object a line.
    lines: () => texts.map((text) => JSON.parse(text) as LogLine),
  };
}

/** Stands for the hash of a password wherever what matters is how often it is checked. */
export function hashOf(password: string): string {
  return `hash of ${password}`;
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request with exactly these headers: fetch would add its own. */
export async function request(url: URL | string, options: https.RequestOptions = {}): Promise<Answer> {
  const { request: send } = String(url).startsWith('https:') ? https : http;
  return await new Promise((resolve, reject) => {
    const sent = send(url, { agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** A promise with its resolver outside. */
export function deferred<T = void>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
