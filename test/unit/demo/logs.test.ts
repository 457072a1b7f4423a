import { expect, test } from 'vitest';
import { serveEngine, standingTime } from './client.ts';

const BOTH = 'logs?stdout=1&stderr=1';

/** The frames of a multiplexed body. */
function framesOf(body: Buffer): readonly (readonly [stream: number, text: string])[] {
  const frames: (readonly [number, string])[] = [];
  for (let offset = 0; offset < body.length; ) {
    const length = body.readUInt32BE(offset + 4);
    frames.push([body.readUInt8(offset), body.subarray(offset + 8, offset + 8 + length).toString()]);
    offset += 8 + length;
  }
  return frames;
}

test('lines come in frames that name their stream', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  engine.log('web', { stream: 'stdout', text: 'one\n' });
  engine.log('web', { stream: 'stderr', text: 'two\n' });
  const { headers, body } = await get(`/containers/web/${BOTH}`);
  expect(headers['content-type']).toBe('application/vnd.docker.multiplexed-stream');
  expect(framesOf(body)).toEqual([
    [1, 'one\n'],
    [2, 'two\n'],
  ]);
  expect(framesOf((await get('/containers/web/logs?stderr=1')).body)).toEqual([[2, 'two\n']]);
});

test('tail, since and timestamps choose and mark lines', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano });
  engine.run({ name: 'web' });
  for (const text of ['one\n', 'two\n', 'three\n']) {
    time.pass(1);
    engine.log('web', { stream: 'stdout', text });
  }
  expect(framesOf((await get(`/containers/web/${BOTH}&tail=1&timestamps=1`)).body)).toEqual([
    [1, '2026-11-21T00:46:43Z three\n'],
  ]);
  expect(framesOf((await get(`/containers/web/${BOTH}&since=1795222002`)).body)).toEqual([
    [1, 'two\n'],
    [1, 'three\n'],
  ]);
});

test("a terminal's output comes as it was written", async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'tty', tty: true });
  engine.log('tty', { stream: 'stdout', text: 'line\r\n' });
  const { headers, body } = await get(`/containers/tty/${BOTH}`);
  expect([headers['content-type'], body.toString()]).toEqual(['application/vnd.docker.raw-stream', 'line\r\n']);
});

test('a follower gets what is written until the container ends', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  engine.log('web', { stream: 'stdout', text: 'before\n' });
  const following = get(`/containers/web/${BOTH}&follow=1`);
  await expect.poll(() => engine.container('web').followers.size).toBe(1);
  engine.log('web', { stream: 'stdout', text: 'after\n' });
  engine.die('web', 0);
  expect(framesOf((await following).body)).toEqual([
    [1, 'before\n'],
    [1, 'after\n'],
  ]);
  expect(engine.container('web').followers.size).toBe(0);
});

test('without a readable driver, or without a stream, it refuses', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'mute', logDriver: 'none' });
  const mute = await get(`/containers/mute/${BOTH}`);
  expect([mute.status, mute.json]).toEqual([501, { message: 'configured logging driver does not support reading' }]);
  const none = await get('/containers/mute/logs');
  expect([none.status, none.json]).toEqual([400, { message: 'Bad parameters: you must choose at least one stream' }]);
});
