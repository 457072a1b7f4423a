import { request as startRequest } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import { MAX_HEAD_BYTES } from './answer.ts';
import { httpFailure } from './http-failure.ts';
import { portOf } from './url.ts';

/**
 * A proxy looks up names itself, so what a name stands for cannot be checked here; a name or an address that is refused to us
 * must not be reached through it either.
 */
export function refuseHiddenTarget({ network }: Attempt, { hostname }: URL): void {
  const name = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const address = /(^|\.)localhost$/.test(name) ? '127.0.0.1' : name;
  const refusal = isIP(address) === 0 ? network.refusesName?.(name) : network.refuses(address);
  if (refusal !== undefined) throw new ProbeFailure(`${name} is refused: ${refusal}`);
}

/** Asks the proxy at the other end for a way through to the URL's host; the same socket then leads there. */
export function openTunnel(socket: Socket, url: URL): Promise<Socket> {
  const authority = `${url.hostname}:${portOf(url)}`;
  return new Promise((resolve, reject) => {
    const asking = startRequest({
      createConnection: () => socket,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, 'user-agent': 'harborlight' },
      maxHeaderSize: MAX_HEAD_BYTES,
    });
    asking.once('connect', ({ statusCode = 0 }, _socket, head) => {
      if (statusCode < 200 || statusCode > 299) reject(new ProbeFailure(`the proxy answers with status ${statusCode}`));
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asking.on('error', (error) => reject(httpFailure(error, 'connection closed by the proxy')));
    asking.end();
  });
}
