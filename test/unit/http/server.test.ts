import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { expect, test } from 'vitest';
import { basic, deferred, hashOf, request, startServer } from './bed.ts';

async function measureSeconds(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

test('it says where it listens', async () => {
  const { url, port } = await startServer();
  expect(url.href).toBe(`http://127.0.0.1:${port}/`);
  expect((await request(new URL('/healthz', url))).status).toBe(200);
});

test('an IPv6 address makes a URL that works', async () => {
  const { url } = await startServer({ listen: { address: '::1', port: 0 } });
  expect(url.hostname).toBe('[::1]');
  expect((await request(new URL('/healthz', url))).status).toBe(200);
});

test('a port in use is fatal and says so', async () => {
  const { port } = await startServer();
  await expect(startServer({ listen: { address: '127.0.0.1', port } })).rejects.toThrow(
    `listen on 127.0.0.1:${port}: another process has this port`,
  );
});

test('an address of another machine is fatal and says so', async () => {
  await expect(startServer({ listen: { address: '192.0.2.1', port: 0 } })).rejects.toThrow(
    'listen on 192.0.2.1:0: this machine does not have this address',
  );
});

test('stopping what never started does nothing', async () => {
  const { server } = await startServer();
  await server.stop();
  await server.stop();
});

test('it stops at once when connections are idle', async () => {
  const { url, server } = await startServer();
  const agent = new http.Agent({ keepAlive: true });
  await request(new URL('/healthz', url), { agent });
  expect(await measureSeconds(server.stop)).toBeLessThan(0.5);
  await expect(request(new URL('/healthz', url))).rejects.toThrow('ECONNREFUSED');
  agent.destroy();
});

test('a scrape that runs is given up when it stops, and its client told', async () => {
  const asked = deferred();
  const { url, server, log } = await startServer({
    scrape: ({ signal }) => {
      asked.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up', { cause: signal.reason })), { once: true });
      });
    },
  });
  const answer = request(new URL('/metrics', url));
  await asked.promise;
  expect(await measureSeconds(server.stop)).toBeLessThan(0.5);
  expect(await answer).toMatchObject({ status: 503, headers: { connection: 'close' } });
  expect(log()).not.toContain('"log.level":"error"');
});

test('a request on a kept connection is refused while it stops', async () => {
  const asked = deferred();
  const held = deferred<{ chunks: string[] }>();
  const { port, server } = await startServer({
    scrape: () => {
      asked.resolve();
      return held.promise;
    },
  });
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (part: Buffer) => (received += part.toString()));
  const closed = once(socket, 'close');
  socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await asked.promise;
  const stopped = server.stop();
  socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  held.resolve({ chunks: ['up 1\n'] });
  await Promise.all([stopped, closed]);
  expect(received).toContain('up 1\n');
  expect(received).toContain('The exporter is stopping.');
});

test('it stops in less than two seconds, whatever clients and scrapes do', async () => {
  const asked = deferred();
  const { port, server } = await startServer({
    scrape: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
  });
  const sockets = ['', 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /healthz HTT'].map((text) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(text);
    return socket;
  });
  await asked.promise;
  const ended = sockets.map((socket) => once(socket, 'close'));
  expect(await measureSeconds(server.stop)).toBeLessThan(2);
  await Promise.all(ended);
});

test('a reload changes who is let in', async () => {
  const { url, server } = await startServer({ auth: { users: { ops: hashOf('old') } } });
  const ask = async (password: string) =>
    (await request(new URL('/metrics', url), { headers: { Authorization: basic('ops', password) } })).status;
  expect(await ask('old')).toBe(200);
  server.update({ auth: { users: { ops: hashOf('new') } } });
  expect(await ask('old')).toBe(401);
  expect(await ask('new')).toBe(200);
});
