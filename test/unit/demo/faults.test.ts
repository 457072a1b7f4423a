import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { clientOf, serveEngine } from './client.ts';

const path = /^\/containers\/json$/;

test('an answer comes later', async () => {
  const { engine, get } = await serveEngine();
  engine.faults.add({ match: { path }, kind: 'delay', seconds: 0.2 });
  const startMs = performance.now();
  const { json } = await get('/v1.44/containers/json');
  expect(json).toEqual([]);
  expect(performance.now() - startMs).toBeGreaterThan(190);
});

test('an answer never comes, and the connection stays open', async () => {
  const { engine, get } = await serveEngine();
  engine.faults.add({ match: { path }, kind: 'hang' });
  await expect(get('/containers/json', { signal: AbortSignal.timeout(200) })).rejects.toThrow(/abort/i);
});

test('a connection ends without an answer', async () => {
  const { engine, get } = await serveEngine();
  engine.faults.add({ match: { path }, kind: 'reset' });
  await expect(get('/containers/json')).rejects.toThrow(/hang up|ECONNRESET/);
});

test('an answer is cut in the middle', async () => {
  const { engine, socketPath } = await serveEngine();
  engine.run({ name: 'web' });
  engine.faults.add({ match: { path }, kind: 'cut' });
  const received = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(socketPath, () => socket.write('GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text));
  });
  expect(received).toContain('[{"Id":"');
  expect(received).not.toContain('}]');
  await expect(clientOf(socketPath)('/containers/json')).rejects.toThrow(/aborted/);
});

test('an answer is half a document, and the connection is well', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  engine.faults.add({ match: { path }, kind: 'malformed' });
  const { status, body } = await get('/containers/json');
  expect([status, body.toString().slice(0, 7)]).toEqual([200, '[{"Id":']);
  expect(() => JSON.parse(body.toString()) as unknown).toThrow(SyntaxError);
});

test('an answer has no end', async () => {
  const { engine, socketPath } = await serveEngine();
  engine.faults.add({ match: { path }, kind: 'endless' });
  const megabytes = await new Promise<number>((resolve) => {
    let bytes = 0;
    const socket = connect(socketPath, () => socket.write('GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes > 2_000_000) socket.destroy();
    });
    socket.on('close', () => resolve(bytes / 1e6));
  });
  expect(megabytes).toBeGreaterThan(2);
});

test('another status, another body, none at all', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  engine.faults.add({ match: { path }, kind: 'status', status: 500, times: 1 });
  engine.faults.add({ match: { path }, kind: 'status', status: 200, body: '[]', times: 1 });
  engine.faults.add({ match: { path }, kind: 'empty', times: 1 });
  const answers = [await get('/containers/json'), await get('/containers/json'), await get('/containers/json')];
  expect(answers.map(({ status, body }) => [status, body.toString().trim()])).toEqual([
    [500, '{"message":"scripted fault"}'],
    [200, '[]'],
    [200, ''],
  ]);
  expect(((await get('/containers/json')).json as readonly unknown[]).length).toBe(1);
});

test('a fault meets only what it matches, and goes when it is taken away', async () => {
  const { engine, get } = await serveEngine();
  const remove = engine.faults.add({
    match: ({ query }) => query.get('all') === '1',
    kind: 'status',
    status: 503,
  });
  const statuses = async (): Promise<readonly number[]> => [
    (await get('/containers/json')).status,
    (await get('/containers/json?all=1')).status,
  ];
  expect(await statuses()).toEqual([200, 503]);
  remove();
  expect(await statuses()).toEqual([200, 200]);
});

test('a stream of events is cut in the middle of a line', async () => {
  const { engine, socketPath } = await serveEngine();
  engine.create({ name: 'web' });
  engine.faults.add({ match: { path: /^\/events$/ }, kind: 'cut', times: 1 });
  const received = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(socketPath, () => socket.write('GET /events?since=1 HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text));
  });
  expect(received).toContain('{"status":');
  expect(received).not.toContain('timeNano');
});
