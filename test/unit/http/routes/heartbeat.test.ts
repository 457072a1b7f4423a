import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createTokenCheck } from '../../../../exporter/http/auth/heartbeat-tokens.ts';
import { basic, hashOf, request, startServer } from '../bed.ts';

const tokens = new Map([
  ['backup', 'right-token'],
  ['report', 'other-token'],
]);

async function start({ isSafe = true } = {}) {
  const beats: string[] = [];
  const throttled: string[] = [];
  const now = { ms: 0 };
  const bed = await startServer({
    auth: { users: { ops: hashOf('right') }, bearerToken: 'login-token' },
    heartbeat: {
      check: createTokenCheck({
        tokens: () => tokens,
        nowMs: () => now.ms,
        onThrottled: (address) => throttled.push(address),
      }),
      beat: (name) => {
        beats.push(name);
        return Promise.resolve(isSafe);
      },
    },
  });
  const post = (name: string, Authorization?: string, method = 'POST') =>
    request(new URL(`/heartbeat/${name}`, bed.url), {
      method,
      headers: Authorization === undefined ? {} : { Authorization },
    });
  return { ...bed, beats, throttled, now, post };
}

test('a job with its token beats', async () => {
  const { post, beats, observed } = await start();
  const answer = await post('backup', 'Bearer right-token');
  expect([answer.status, answer.body.length, beats]).toEqual([204, 0, ['backup']]);
  await expect.poll(() => observed).toMatchObject([{ method: 'POST', route: '/heartbeat/:name', status: 204 }]);
});

test('what counts but is not safe on the disk is answered so', async () => {
  const { post } = await start({ isSafe: false });
  expect((await post('backup', 'Bearer right-token')).status).toBe(202);
});

test('nothing else lets in, and a wrong name looks like a wrong token', async () => {
  const { post, beats, log } = await start();
  const attempts = [
    ['backup', 'Bearer other-token'],
    ['backup', 'Bearer login-token'],
    ['backup', basic('ops', 'right')],
    ['report', undefined],
    ['nobody', 'Bearer right-token'],
    ['nobody', 'Bearer '],
    ['toString', 'Bearer right-token'],
  ] as const;
  const answers = [];
  for (const [name, authorization] of attempts) {
    const { status, headers, body } = await post(name, authorization);
    answers.push({
      status,
      challenge: headers['www-authenticate'],
      text: body.toString().replace(/"requestId":"[^"]*"/, ''),
    });
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 401, challenge: 'Bearer realm="harborlight"' });
  expect([beats, log().includes('-token')]).toEqual([[], false]);
});

test('guesses are slowed down, those at one name alone', async () => {
  const { post, beats, throttled, now } = await start();
  for (let guess = 0; guess < 4; guess++) await post('backup', `Bearer guess-${guess}`);
  const delayed = await post('backup', 'Bearer right-token');
  expect([delayed.status, delayed.headers['retry-after'], throttled]).toEqual([429, '1', ['127.0.0.1']]);
  expect((await post('report', 'Bearer other-token')).status).toBe(204);
  now.ms = 1000;
  expect((await post('backup', 'Bearer right-token')).status).toBe(204);
  expect(beats).toEqual(['report', 'backup']);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE'])(
  '%s is not allowed, whether there is such a heartbeat or not',
  async (method) => {
    const { post, beats } = await start();
    for (const name of ['backup', 'nobody']) {
      const { status, headers } = await post(name, 'Bearer right-token', method);
      expect([status, headers.allow]).toEqual([405, 'POST']);
    }
    expect(beats).toEqual([]);
  },
);

test('a path that is not encoded as one is refused, and no fault of ours', async () => {
  const { post, log } = await start();
  expect((await post('%zz', 'Bearer right-token')).status).toBe(400);
  expect(log()).not.toContain('request handler failed');
});

/** The first line of what is answered to a beat with this body. */
async function send(port: number, head: string, body: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  // Who is refused is cut off while it still sends.
  socket.on('error', () => undefined);
  socket.write(
    `POST /heartbeat/backup HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right-token\r\n${head}\r\n\r\n${body}`,
  );
  await expect.poll(() => answer).not.toBe('');
  socket.destroy();
  return answer.split('\r\n')[0] ?? '';
}

test('a body is read by nobody', async () => {
  const { port, beats } = await start();
  expect(await send(port, 'Content-Length: 100000', 'x'.repeat(100_000))).toBe('HTTP/1.1 204 No Content');
  expect(beats).toEqual(['backup']);
});

test('a body that does not end is refused', async () => {
  const { port, beats } = await start();
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  expect(await send(port, 'Transfer-Encoding: chunked', chunk.repeat(17))).toBe('HTTP/1.1 413 Payload Too Large');
  expect(beats).toEqual([]);
});

test('a job that leaves before its body has ended did not beat, and that is no fault of ours', async () => {
  const { port, beats, log, observed } = await start();
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /heartbeat/backup HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right-token\r\nContent-Length: 9\r\n\r\nx',
  );
  await once(socket, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  await expect.poll(() => observed.length).toBe(1);
  expect([beats, log().includes('request handler failed')]).toEqual([[], false]);
});
