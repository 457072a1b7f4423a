import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { outcomeOf, runConfigured } from '../../bed/configured-probe.ts';
import { freePort } from '../../bed/free-port.ts';
import { serveTcp } from './serve-tcp.ts';

const run = (address: string, options: object = {}, timeoutMs = 5000) =>
  runConfigured({ probe: { kind: 'grpc', address, ...options }, timeoutMs });

type Answer = (service: string) => Buffer | { readonly code: number };

/** The gRPC library's own server, with a health service that answers as told. */
const serveHealth = async (answer?: Answer): Promise<string> => {
  const server = new Server();
  const check = {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  } as const;
  if (answer !== undefined) {
    server.addService(
      { check },
      {
        check: ({ request }: { request: Buffer }, callback: (error: object | null, answer?: Buffer) => void) => {
          const given = answer(request.subarray(2).toString());
          if (Buffer.isBuffer(given)) callback(null, given);
          else callback(given);
        },
      },
    );
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  onTestFinished(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
};

/** A server of HTTP/2 that answers a call as told. */
const serveHttp2 = async (handle: (stream: ServerHttp2Stream, server: Http2Server) => void): Promise<string> => {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    handle(stream, server);
  });
  server.on('session', (session) => onTestFinished(() => session.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('read the port of a listening server');
  return `127.0.0.1:${address.port}`;
};

/** A message with the field `status`. */
const says = (number: number) => Buffer.from([0x08, number]);

describe('a server of the gRPC library', () => {
  test.each([
    [1, 'up', 'SERVING'],
    [0, 'the server says UNKNOWN, expected SERVING', 'UNKNOWN'],
    [2, 'the server says NOT_SERVING, expected SERVING', 'NOT_SERVING'],
    [3, 'the server says SERVICE_UNKNOWN, expected SERVING', 'SERVICE_UNKNOWN'],
    [77, 'the server says UNKNOWN, expected SERVING', 'UNKNOWN'],
  ])('that says %i is %s', async (number, outcome, servingStatus) => {
    const result = await run(await serveHealth(() => says(number)));
    expect(outcomeOf(result)).toBe(outcome);
    expect(result.details.grpc).toMatchObject({ statusCode: 0, servingStatus, usedTls: false });
  });
  test('that says nothing says the first of its words', async () => {
    const result = await run(await serveHealth(() => Buffer.alloc(0)));
    expect(outcomeOf(result)).toBe('the server says UNKNOWN, expected SERVING');
  });
  test('is asked for the service', async () => {
    const long = 'shop.v1.'.repeat(40);
    const asked: string[] = [];
    const address = await serveHealth((service) => {
      asked.push(service);
      return says(1);
    });
    await run(address);
    await run(address, { service: 'shop' });
    expect(outcomeOf(await run(address, { service: long }))).toBe('up');
    // The length of a long one takes two bytes.
    expect(asked).toEqual(['', 'shop', expect.stringContaining(long)]);
  });
  test('that has no health service is unimplemented', async () => {
    const result = await run(await serveHealth());
    expect(outcomeOf(result)).toBe('the call ended with UNIMPLEMENTED');
    expect(result.details.grpc?.statusCode).toBe(12);
  });
  test('tells the status of the call', async () => {
    const result = await run(await serveHealth(() => ({ code: status.NOT_FOUND })));
    expect(outcomeOf(result)).toBe('the call ended with NOT_FOUND');
    expect(result.details.grpc).toMatchObject({ statusCode: 5 });
    expect(result.details.grpc).not.toHaveProperty('servingStatus');
  });
  test('reads over fields that it does not know', async () => {
    const unknown = Buffer.from([0x12, 2, 1, 2, 0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x28, 0x80, 1]);
    expect(outcomeOf(await run(await serveHealth(() => Buffer.concat([unknown, says(1)]))))).toBe('up');
  });
  test('that sends what is no message fails', async () => {
    const result = await run(await serveHealth(() => Buffer.from([0x12, 200, 1])));
    expect(outcomeOf(result)).toBe('the call ended with INTERNAL');
  });
});

describe('a peer', () => {
  test('that nobody is is unavailable', async () => {
    const result = await run(`127.0.0.1:${await freePort()}`);
    expect(outcomeOf(result)).toBe('connection refused');
    expect(result.details.grpc).toMatchObject({ statusCode: 14, phases: { check: expect.any(Number) as number } });
  });
  test('that accepts and says nothing fails by its deadline, and tells what gRPC says of that', async () => {
    const server = await serveTcp(() => undefined);
    const result = await run(server.address, {}, 200);
    expect(outcomeOf(result)).toBe('no result within 0.2 s');
    expect(result.details.grpc).toMatchObject({ statusCode: 4 });
    expect(result.details.grpc?.phases.check).toBeGreaterThan(0.15);
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });
  test('that speaks HTTP/1 is unavailable', async () => {
    const { address } = await serveTcp((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const result = await run(address);
    expect(outcomeOf(result)).toBe('the call ended with UNAVAILABLE');
  });
  test('that hangs up is unavailable', async () => {
    const { address } = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(outcomeOf(await run(address))).toBe('the call ended with UNAVAILABLE');
  });
  test('that greets and ends its side is unavailable', async () => {
    // An empty frame of settings.
    const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    const { address } = await serveTcp((socket) => socket.once('data', () => socket.end(SETTINGS)));
    expect(outcomeOf(await run(address))).toBe('the call ended with UNAVAILABLE');
  });
  test('whose address is refused is not called', async () => {
    const server = await serveTcp(() => undefined);
    const network = { refuses: () => 'not here' };
    const result = await runConfigured({ probe: { kind: 'grpc', address: server.address }, network });
    expect(outcomeOf(result)).toBe('127.0.0.1 is refused: not here');
    expect(server.open()).toBe(0);
  });
  test.each([
    [7, 'UNAVAILABLE'],
    [11, 'RESOURCE_EXHAUSTED'],
    [2, 'INTERNAL'],
  ])('that resets the call with code %i is %s', async (code, name) => {
    const address = await serveHttp2((stream) => stream.close(code));
    expect(outcomeOf(await run(address))).toBe(`the call ended with ${name}`);
  });
  test.each([
    [404, 'UNIMPLEMENTED'],
    [401, 'UNAUTHENTICATED'],
    [503, 'UNAVAILABLE'],
    [200, 'UNKNOWN'],
  ])('that answers %i and no gRPC is %s', async (code, name) => {
    const address = await serveHttp2((stream) => {
      stream.respond({ ':status': code, 'content-type': 'text/html' });
      stream.end('<p>hello</p>');
    });
    expect(outcomeOf(await run(address))).toBe(`the call ended with ${name}`);
  });
  test('that says good and no trailers is not', async () => {
    const address = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1]));
    });
    expect(outcomeOf(await run(address))).toBe('the call ended with UNKNOWN');
  });
  test('that is cut off in the middle of its answer is unavailable', async () => {
    const address = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.write(Buffer.from([0, 0, 0]), () => stream.session?.destroy());
    });
    expect(outcomeOf(await run(address))).toBe('the call ended with UNAVAILABLE');
  });
  test('whose answer does not end is cut short', async () => {
    const address = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      const more = () => {
        while (!stream.destroyed && stream.write(Buffer.alloc(16_384)));
      };
      stream.on('drain', more);
      more();
    });
    expect(outcomeOf(await run(address))).toBe('the call ended with RESOURCE_EXHAUSTED');
  });
});
