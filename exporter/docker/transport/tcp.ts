import type { buildConnector } from 'undici';
import type { EngineTransport } from './index.ts';
import { openPools } from './pool.ts';

/** PEM texts. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the engine's certificate must carry, where it is not the URL's. */
  readonly serverName?: string;
}

/** tcp:// is plain unless there is TLS material; https:// is always TLS. Ports default to Docker's own. */
export function openTcp(url: URL, tls: TlsMaterial | undefined): EngineTransport {
  if (tls === undefined && url.protocol !== 'https:') return openPlain(url);
  const { serverName, ...material } = tls ?? {};
  const connect = { ...material, ...(serverName !== undefined && { servername: serverName }) };
  const { hostname, port } = endpoint(url, '2376');
  return openPools(`https://${hostname}:${port}`, connect, keepFirstError);
}

/** The alert by which a server refuses a client comes just before the end, which undici would take for the cause. */
function keepFirstError(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const [, socket] = result;
      socket?.once('error', (cause: Error) => socket.destroy(cause));
      callback(...result);
    });
}

function openPlain(url: URL): EngineTransport {
  const { hostname, port } = endpoint(url, '2375');
  return openPools(`http://${hostname}:${port}`, {});
}

function endpoint(url: URL, defaultPort: string): { readonly hostname: string; readonly port: string } {
  // The URL parser drops the port that is the scheme's own.
  const own = { 'http:': '80', 'https:': '443' }[url.protocol];
  return { hostname: url.hostname, port: url.port === '' ? (own ?? defaultPort) : url.port };
}
