import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ProbeResult } from '../../../exporter/model/probe.ts';
import { runAttempt } from '../../../exporter/probes/attempt.ts';
import { http } from '../../../exporter/probes/http.ts';
import type { ProbeNetwork } from '../../../exporter/probes/net/network.ts';

const schema = z
  .strictObject(http.options({ hostname: 'here', readText: (path) => readFile(path, 'utf8') }))
  .check(...(http.rules ?? []));

/** The options of a probe, from what its configuration says. */
export const optionsOf = (given: object): Promise<z.output<typeof schema>> => schema.parseAsync(given);

export interface Asking {
  readonly timeoutMs?: number;
  readonly network?: Partial<ProbeNetwork>;
}

/** `one.test` and `two.test` are 127.0.0.1, `six.test` has only ::1. */
const lookup: ProbeNetwork['lookup'] = (name, family) => {
  if (name === 'six.test') return Promise.resolve(family === 6 ? ['::1'] : []);
  return Promise.resolve(name.endsWith('.test') && family === 4 ? ['127.0.0.1'] : []);
};

/** One run of a probe of this configuration. */
export const ask = async (url: string, given: object = {}, asking: Asking = {}): Promise<ProbeResult> => {
  const options = await optionsOf(given);
  const network = { lookup, refuses: () => undefined, ...asking.network };
  const signal = new AbortController().signal;
  return runAttempt((attempt) => http.run(attempt, url, options), {
    timeoutMs: asking.timeoutMs ?? 5_000,
    network,
    signal,
  });
};

export interface Listening {
  readonly port: number;
  readonly url: string;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
}

/** A server of the test on a free port; ends with the test. */
export const listen = async (server: Server, host = '127.0.0.1'): Promise<Listening> => {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('read the port of a listening server');
  const { port } = address;
  return { port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`, open };
};

/** A server that answers each request in its own way, byte by byte; `head` is what was asked, up to the empty line. */
export const serveRaw = (reply: (socket: Socket, head: string) => void, host?: string): Promise<Listening> =>
  listen(
    createServer((socket) => {
      let received = '';
      socket.on('data', (chunk: Buffer) => {
        const isNew = !received.includes('\r\n\r\n');
        received += chunk.toString('latin1');
        if (isNew && received.includes('\r\n\r\n')) reply(socket, received);
      });
    }),
    host,
  );

/** A server that answers everything with these bytes and closes. */
export const serveText = (text: string): Promise<Listening> => serveRaw((socket) => socket.end(text, 'latin1'));
