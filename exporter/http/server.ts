import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { createLogin, type HttpAuth, type VerifyPassword } from './auth/login.ts';
import { createInFlight } from './in-flight.ts';
import { createRouter, type RouterOptions } from './router.ts';

/** PEM texts. */
export interface TlsKeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface HttpServerOptions extends RouterOptions {
  readonly listen: { readonly address: string; readonly port: number; readonly tls?: TlsKeyPair };
  /** Absent: nobody needs a login. */
  readonly auth?: HttpAuth;
  readonly verifyPassword: VerifyPassword;
}

export interface Listening {
  readonly address: string;
  readonly port: number;
  readonly url: string;
}

export interface HttpServer {
  /** Rejects when the address cannot be listened on; that is fatal. */
  readonly start: () => Promise<Listening>;
  /** At a reload: a new key pair (throws on a bad one, and nothing changed), users and token. Not whether TLS is spoken. */
  readonly update: (next: { readonly tls?: TlsKeyPair; readonly auth?: HttpAuth }) => void;
  /** Takes no new requests, gives up scrapes, and ends what is still being sent after a second. */
  readonly stop: () => Promise<void>;
}

/**
 * Limits for clients that are slow or hold connections: a request arrives within its time, and whoever neither sends nor
 * reads for longer than the longest scrape is cut off. Connections are kept longer than scrapes are apart.
 */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 75_000,
};
const IDLE_TIMEOUT_MS = 75_000;
/** File descriptors are for engines too. */
const MAX_CONNECTIONS = 500;
const STOP_GRACE_MS = 1_000;

/** The exporter's HTTP surface on one address. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { listen, logger } = options;
  const inFlight = createInFlight();
  const login = createLogin({
    auth: options.auth,
    verifyPassword: options.verifyPassword,
    nowMs: () => performance.now(),
    onThrottled: (address) => logger.warn({ 'client.address': address }, 'too many failed logins, throttled'),
  });
  let isStopping = false;
  const router = createRouter(options, { login, isStopping: () => isStopping, signalOf: inFlight.signalOf });
  const secure =
    listen.tls && https.createServer({ ...LIMITS, handshakeTimeout: 10_000, ...secureContext(listen.tls) }, router);
  const server = secure ?? http.createServer(LIMITS, router);
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  const sockets = trackSockets(server);

  return {
    async start() {
      try {
        server.listen(listen.port, listen.address);
        await once(server, 'listening');
      } catch (cause) {
        throw new Error(`listen on ${listen.address}:${listen.port}: ${explain(cause)}`, { cause });
      }
      // One connection that cannot be accepted is no reason to end.
      server.on('error', (err) => logger.error({ err }, 'http server failed'));
      return describe(server, secure === undefined ? 'http' : 'https');
    },
    update({ tls, auth }) {
      if (tls !== undefined) secure?.setSecureContext(secureContext(tls));
      login.update(auth);
    },
    async stop() {
      isStopping = true;
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      inFlight.abortAll();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, STOP_GRACE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

function secureContext({ cert, key }: TlsKeyPair): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2' };
}

/** Also those in the middle of a TLS handshake, which closeAllConnections() does not know. */
function trackSockets(server: http.Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process has this port',
  EACCES: 'no right to this port',
  EADDRNOTAVAIL: 'this machine does not have this address',
};

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return EXPLANATIONS[code] ?? String(error);
}

function describe(server: http.Server, scheme: 'http' | 'https'): Listening {
  // A server that listens on TCP has an address of this shape.
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return { address, port, url: `${scheme}://${host}:${port}/` };
}
