import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { createLogstashSink, type LogstashOptions } from '../../../../exporter/documents/sinks/logstash.ts';
import type { StoredDocument } from '../../../../exporter/model/document.ts';

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a server does with a request whose body it has read. */
export type Respond = (response: ServerResponse, request: ReceivedRequest) => void;

/** As Logstash's http input answers when its queue has the documents. */
export const ok: Respond = (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Respond =>
  (response) =>
    void response.writeHead(code, headers).end(body);

/** An HTTP server until the test ends, on 127.0.0.1; it keeps what it received. */
export const startReceiver = async (
  respond: Respond,
  certificate?: { readonly cert: Buffer; readonly key: Buffer },
): Promise<{ readonly url: string; readonly received: readonly ReceivedRequest[] }> => {
  const received: ReceivedRequest[] = [];
  const listen = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, headers } = request;
    const one = { method, headers, body: await text(request) };
    received.push(one);
    respond(response, one);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => void listen(request, response);
  const server = certificate === undefined ? createServer(onRequest) : createTlsServer(certificate, onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  // Listening: it has an address with a port.
  const { port } = server.address() as AddressInfo;
  return { url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, received };
};

/** A sink until the test ends. */
export const openSink = (options: Partial<LogstashOptions> & Pick<LogstashOptions, 'urls'>) => {
  const sink = createLogstashSink({ name: 'logstash-1', timeoutMs: 30_000, ...options });
  onTestFinished(sink.close);
  const { signal } = new AbortController();
  return { ...sink, send: (batch: readonly StoredDocument[]) => sink.write(batch, signal) };
};

export const documentOf = (id: string, json: string): StoredDocument => ({
  dataset: 'harborlight.event',
  namespace: 'default',
  id,
  json,
  position: 1,
  storedAtMs: 0,
});
