import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ProbeDetails, TlsDetails } from '../../model/probe.ts';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import { connectTcp } from '../net/connect.ts';
import { resolveTarget } from '../net/network.ts';
import { startTls } from '../net/secure.ts';
import { DEFAULT_TLS, type TlsOptions } from '../net/tls-options.ts';
import type { HttpOptions, HttpVersion } from './options.ts';
import type { Progress } from './progress.ts';
import { openTunnel, refuseHiddenTarget } from './proxy.ts';
import type { HttpRequest } from './request.ts';
import { portOf } from './url.ts';

/** A connection that one request is sent on. */
export interface Connection {
  readonly socket: Socket;
  readonly secure?: { readonly socket: TLSSocket; readonly details?: TlsDetails };
  /** Whether a proxy that reads the request is at its end. */
  readonly isProxied: boolean;
}

export interface Connecting {
  readonly attempt: Attempt;
  readonly progress: Progress;
  readonly options: HttpOptions;
}

/** Connects to whom the request goes to, by the proxy if there is one. */
export async function openConnection(connecting: Connecting, request: HttpRequest): Promise<Connection> {
  const { attempt, progress, options } = connecting;
  const { url } = request;
  const isSecure = url.protocol === 'https:';
  const place = options.proxy === undefined ? url : new URL(options.proxy);
  if (options.proxy !== undefined) refuseHiddenTarget(attempt, url);
  if (!isSecure && options.version === '2') throw new ProbeFailure('HTTP/2 is spoken with https:// only');
  const { address } = await progress.timeAlways('resolve', () => resolveTarget(attempt, place.hostname, options.ip));
  progress.located();
  const socket = await progress.time('connect', async () => {
    const connected = await connectTcp(attempt, { address, port: portOf(place) });
    return options.proxy !== undefined && isSecure ? openTunnel(connected, url) : connected;
  });
  if (!isSecure) return { socket, isProxied: options.proxy !== undefined };
  const secure = await progress.time('tls', () => secureConnection(connecting, request, socket));
  return { socket, secure, isProxied: false };
}

async function secureConnection({ attempt, options }: Connecting, { url, isHome }: HttpRequest, socket: Socket) {
  let details: TlsDetails | undefined;
  // Told with the answer: of a connection that led to a redirect, or to nothing, blackbox_exporter tells nothing either.
  const learn = (learnt: ProbeDetails) => {
    details = learnt.tls ?? details;
  };
  const secure = await startTls({ ...attempt, learn }, socket, {
    host: url.hostname.replace(/\.$/, ''),
    tls: tlsFor(options.tls ?? DEFAULT_TLS, isHome),
    protocols: PROTOCOLS[options.version],
  });
  if (options.version === '2' && secure.alpnProtocol !== 'h2') throw new ProbeFailure('HTTP/2 was not agreed on');
  return { socket: secure, ...(details && { details }) };
}

const PROTOCOLS: Readonly<Record<HttpVersion, readonly string[]>> = {
  auto: ['h2', 'http/1.1'],
  '1.1': ['http/1.1'],
  '2': ['h2'],
};

/** The name that was configured, and who we are, is for the origin that was configured. */
function tlsFor(tls: TlsOptions, isHome: boolean): TlsOptions {
  if (isHome) return tls;
  const { verify, ca_file, cert_file, key_file, server_name } = tls;
  if (cert_file === undefined && key_file === undefined && server_name === undefined) return tls;
  return { verify, ...(ca_file && { ca_file }) };
}
