import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import { createMailbox } from '../../../exporter/demo/http/mailbox.ts';
import { createApiServer } from '../../../exporter/demo/http/server.ts';
import { withResolvers } from '../../../exporter/util/with-resolvers.ts';
import { serve, serveEngine } from '../demo/client.ts';
import { connectTo } from './bed.ts';

const ID = 'c'.repeat(64);
const HOUR_MS = 3_600_000;
const signal = new AbortController().signal;

/** An engine that says this of itself, and answers everything else with the given text. */
async function scripted({ apiVersion = '1.51', body = '{}', status = 200 } = {}) {
  const now = { apiVersion, body, status };
  const server = createApiServer({
    answer: ({ path }) =>
      path === '/_ping'
        ? { status: 200, headers: { 'Api-Version': now.apiVersion }, body: 'OK' }
        : { status: now.status, body: now.body },
    nowMs: () => 1_795_222_185_922,
  });
  return { now, server, url: `unix://${await serve(server)}` };
}

describe('the API version', () => {
  test.each([
    ['1.41', '1.41'],
    ['1.47', '1.47'],
    ['1.51', '1.51'],
    ['1.53', '1.51'],
    ['1.120', '1.51'],
  ])('of an engine that speaks %s is %s', async (apiVersion, agreed) => {
    const { url } = await scripted({ apiVersion });
    expect((await connectTo({ url })).api.apiVersion).toBe(agreed);
  });

  test.each(['1.40', '1.9', '2.0', '', 'x'])('of an engine that says "%s" is none', async (apiVersion) => {
    const { url } = await scripted({ apiVersion });
    await expect(connectTo({ url })).rejects.toMatchObject({ name: 'EngineError', failure: 'protocol' });
  });

  test('trap 30: that was agreed upon is in the path of every call', async () => {
    const { engine, socketPath } = await serveEngine({ flavour: FLAVOURS['29.1'] });
    const id = engine.run({ name: 'web' });
    engine.forgetCalls();
    const { api } = await connectTo({ url: `unix://${socketPath}` });
    const abort = new AbortController();
    await Promise.all([
      api.version(signal),
      api.info(signal),
      api.listContainers(undefined, signal),
      api.listContainers(20, signal),
      api.inspectContainer(id, signal),
      api.sampleContainer(id, signal),
      api.events(1, () => undefined, abort.signal),
    ]);
    abort.abort();
    const called = engine.calls.map(({ version = '', path, query }) => `${version} ${path} ${query}`.trim());
    expect(new Set(called)).toEqual(
      new Set([
        '/_ping',
        '1.51 /version',
        '1.51 /info',
        '1.51 /containers/json all=1',
        '1.51 /containers/json all=1&limit=20',
        `1.51 /containers/${id}/json`,
        `1.51 /containers/${id}/stats stream=false&one-shot=true`,
        '1.51 /events since=1',
      ]),
    );
  });

  test('of an engine that speaks another one now is that of another engine', async () => {
    const { url, now } = await scripted({ apiVersion: '1.51' });
    const { api } = await connectTo({ url });
    expect(await api.ping(signal)).toEqual({ apiVersion: '1.51', dateMs: 1_795_222_185_000 });
    now.apiVersion = '1.53';
    expect(await api.ping(signal)).toMatchObject({ apiVersion: '1.53' });
    now.apiVersion = '1.41';
    await expect(api.ping(signal)).rejects.toThrow('the engine was exchanged');
  });
});

describe('an answer', () => {
  test.each([
    [400, 'protocol'],
    [401, 'denied'],
    [403, 'denied'],
    [404, 'gone'],
    [409, 'protocol'],
    [500, 'internal'],
    [502, 'unreachable'],
    [503, 'unreachable'],
    [504, 'unreachable'],
  ])('of status %d is %s, in the words of the engine', async (status, failure) => {
    const { url } = await scripted({ status, body: '{"message":"out of order"}' });
    const { api, calls } = await connectTo({ url });
    await expect(api.inspectContainer(ID, signal)).rejects.toMatchObject({
      failure,
      message: `answered ${status}: out of order`,
    });
    expect(calls.at(-1)).toMatchObject({ endpoint: 'inspect', failure });
  });

  test.each(['<html>', '', '7', 'null', '{"message":7}', '[]'])(
    'that refuses with "%s" is told by its status',
    async (body) => {
      const { url } = await scripted({ status: 500, body });
      const { api } = await connectTo({ url });
      await expect(api.info(signal)).rejects.toMatchObject({ message: 'answered 500' });
    },
  );

  test('R48: that refuses at length is cut short', async () => {
    const { url } = await scripted({ status: 500, body: JSON.stringify({ message: 'x'.repeat(10_000) }) });
    const { api } = await connectTo({ url });
    await expect(api.info(signal)).rejects.toMatchObject({ message: `answered 500: ${'x'.repeat(200)}` });
  });

  test.each(['', '{"a":', '<html>'])('that is no JSON ("%s") is a fault of protocol', async (body) => {
    const { url } = await scripted({ body });
    const { api } = await connectTo({ url });
    await expect(api.info(signal)).rejects.toMatchObject({ failure: 'protocol', message: 'answer is not JSON' });
  });

  test('R48: of an info may have 4 MiB, and no more', async () => {
    const { url, now } = await scripted();
    const { api } = await connectTo({ url });
    now.body = JSON.stringify('x'.repeat(4 * 2 ** 20 - 2));
    expect(await api.info(signal)).toHaveLength(4 * 2 ** 20 - 2);
    now.body = JSON.stringify('x'.repeat(4 * 2 ** 20 - 1));
    await expect(api.info(signal)).rejects.toMatchObject({ failure: 'protocol' });
  });

  test('R48: that never ends is given up at its limit', async () => {
    const { url, server } = await scripted({ body: '{"a":1}' });
    const { api } = await connectTo({ url });
    server.faults.add({ match: { path: /version/ }, kind: 'endless' });
    await expect(api.version(signal)).rejects.toMatchObject({
      failure: 'protocol',
      message: 'answer larger than 1048576 bytes',
    });
  });

  test.each([
    ['hang', 'timeout'],
    ['reset', 'unreachable'],
    ['cut', 'unreachable'],
  ] as const)('that is spoilt by a %s is %s', async (kind, failure) => {
    const { url, server } = await scripted({ body: JSON.stringify('x'.repeat(1000)) });
    const { api } = await connectTo({ url }, 200);
    server.faults.add({ match: { path: /info/ }, kind });
    await expect(api.info(signal)).rejects.toMatchObject({ name: 'EngineError', failure });
  });

  test('that nobody waits for any more is aborted', async () => {
    const { url, server } = await scripted();
    const { api, calls } = await connectTo({ url });
    server.faults.add({ match: { path: /info/ }, kind: 'hang' });
    const abort = new AbortController();
    const info = api.info(abort.signal);
    abort.abort();
    await expect(info).rejects.toMatchObject({ failure: 'aborted' });
    expect(calls.at(-1)).toMatchObject({ endpoint: 'info', failure: 'aborted' });
  });
});

describe('the stream of events', () => {
  /** An engine that streams what the test says, to a client that gives each call 100 ms. */
  async function streamed() {
    const lines = createMailbox<string>([]);
    const server = createApiServer({
      answer: ({ path }) => ({
        status: 200,
        headers: { 'Api-Version': '1.51' },
        body: path === '/events' ? lines : '',
      }),
      nowMs: Date.now,
    });
    const { api } = await connectTo({ url: `unix://${await serve(server)}` }, 100);
    return { api, lines, server };
  }

  test('R8: a quiet event stream is not cut by a timeout', async () => {
    // Those of the HTTP client are of minutes.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { api, lines } = await streamed();
    const first = withResolvers<string>();
    const { ended } = await api.events(1, first.resolve, signal);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    lines.push('{"late":true}\n');
    expect(await Promise.race([first.promise, ended])).toBe('{"late":true}');
  });

  test('has a deadline for its beginning', async () => {
    const { api, server } = await streamed();
    server.faults.add({ match: { path: /events/ }, kind: 'hang' });
    await expect(api.events(1, () => undefined, signal)).rejects.toMatchObject({ failure: 'timeout' });
  });

  test('that is refused says why', async () => {
    const { url } = await scripted({ status: 403, body: '{"message":"not you"}' });
    const { api, calls } = await connectTo({ url });
    await expect(api.events(1, () => undefined, signal)).rejects.toMatchObject({ failure: 'denied' });
    expect(calls.at(-1)).toMatchObject({ endpoint: 'events', failure: 'denied' });
  });

  test('under a signal that is aborted already is not begun', async () => {
    const { engine, socketPath } = await serveEngine();
    const { api } = await connectTo({ url: `unix://${socketPath}` });
    await expect(api.events(1, () => undefined, AbortSignal.abort())).rejects.toMatchObject({ failure: 'aborted' });
    expect(engine.calls.filter(({ path }) => path === '/events')).toEqual([]);
  });
});

test('every call is observed with its endpoint and how long it took', async () => {
  const { engine, socketPath } = await serveEngine();
  const { api, calls } = await connectTo({ url: `unix://${socketPath}` });
  engine.faults.add({ match: { path: /info/ }, kind: 'delay', seconds: 0.1 });
  await api.info(signal);
  expect(calls.map(({ endpoint }) => endpoint)).toEqual(['ping', 'info']);
  expect(calls[1]).not.toHaveProperty('failure');
  await vi.waitFor(() => expect(calls[1]?.seconds).toBeGreaterThan(0.09));
});
