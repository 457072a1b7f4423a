import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createCredentialCheck, type WebhookCredentials } from '../../../../exporter/http/auth/webhook-credentials.ts';
import type { Alert } from '../../../../exporter/model/alert.ts';
import { basic, deferred, hashOf, startServer } from '../bed.ts';

// In the shape of Alertmanager's documentation, "Webhook receiver": data format version 4.
const alert = {
  status: 'firing',
  labels: { alertname: 'ContainerDown', host: 'edge-1' },
  annotations: { summary: 'down' },
  startsAt: '2026-11-21T00:45:52.793Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus:9090/graph',
  fingerprint: 'c01bd0b2a9a1d1c5',
};
const notification = {
  version: '4',
  groupKey: '{}:{alertname="ContainerDown"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'harborlight',
  groupLabels: { alertname: 'ContainerDown' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  alerts: [alert],
};
const BEARER = 'Bearer webhook-token';
const CREDENTIALS: WebhookCredentials = { bearerToken: 'webhook-token', basic: { user: 'am', password: 'right' } };

async function start(
  append: (alerts: readonly Alert[]) => Promise<void> = () => Promise.resolve(),
  credentials: WebhookCredentials | 'login' = CREDENTIALS,
) {
  const kept: Alert[] = [];
  const refused: number[] = [];
  const throttled: string[] = [];
  const clock = { ms: 0 };
  const check =
    credentials === 'login'
      ? undefined
      : createCredentialCheck({
          credentials: () => credentials,
          nowMs: () => clock.ms,
          onThrottled: (address) => throttled.push(address),
        });
  const bed = await startServer({
    auth: { users: { ops: hashOf('right') }, bearerToken: 'login-token' },
    alertsWebhook: {
      authorize: (attempt) => check?.(attempt),
      onRefused: (count) => refused.push(count),
      append: async (alerts) => {
        await append(alerts);
        kept.push(...alerts);
      },
    },
  });
  const url = new URL('/alerts/webhook', bed.url);
  const post = (body: string, Authorization?: string) =>
    fetch(url, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...(Authorization !== undefined && { Authorization }) },
    });
  return { ...bed, url, kept, refused, throttled, clock, post };
}

test('the alerts of a notification are answered with 200 when they are safe, and not before', async () => {
  const safe = deferred();
  const { kept, post } = await start(() => safe.promise);
  let isAnswered = false;
  const answer = post(JSON.stringify(notification), BEARER).finally(() => {
    isAnswered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([isAnswered, kept]).toEqual([false, []]);
  safe.resolve();
  expect([(await answer).status, kept]).toEqual([
    200,
    [
      {
        status: 'firing',
        labels: alert.labels,
        annotations: alert.annotations,
        startsAt: alert.startsAt,
        endsAt: alert.endsAt,
        fingerprint: alert.fingerprint,
      },
    ],
  ]);
});

test('what could not be kept is to be sent again, and why is told to nobody', async () => {
  const { post } = await start(() => Promise.reject(new Error('disk of /srv/secret is full')));
  const answer = await post(JSON.stringify(notification), BEARER);
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '10']);
  expect(await answer.text()).not.toContain('secret');
});

test('either credential lets in, and no other', async () => {
  const { kept, post, log } = await start();
  expect((await post(JSON.stringify(notification), basic('am', 'right'))).status).toBe(200);
  const wrong = [undefined, 'Bearer login-token', 'Bearer ', basic('ops', 'right'), basic('am', 'wrong-password'), 'x'];
  for (const authorization of wrong) {
    const answer = await post(JSON.stringify(notification), authorization);
    expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([
      401,
      'Basic realm="harborlight alerts", charset="UTF-8", Bearer realm="harborlight alerts"',
    ]);
  }
  expect([kept.length, log().includes('wrong-password')]).toEqual([1, false]);
});

test('without credentials nobody is let in', async () => {
  const { post } = await start(undefined, {});
  for (const authorization of [undefined, 'Bearer undefined', basic('undefined', 'undefined')])
    expect((await post(JSON.stringify(notification), authorization)).status).toBe(401);
});

test('R60: a password that was wrong four times has to wait before it is looked at; the alerts are to be sent again', async () => {
  const { kept, post, throttled, clock } = await start();
  const send = async (authorization: string) => {
    const answer = await post(JSON.stringify(notification), authorization);
    return [answer.status, answer.headers.get('Retry-After')];
  };
  for (let count = 0; count < 4; count++) expect(await send(basic('am', 'wrong-password'))).toEqual([401, null]);
  // No guess learns whether it was right.
  for (const password of ['wrong-password', 'right', 'right']) {
    expect(await send(basic('am', password))).toEqual([503, '1']);
  }
  expect([throttled, kept.length]).toEqual([['127.0.0.1'], 0]);
  // Tokens cannot be guessed, and another user's guesser locks nobody out.
  expect([await send(BEARER), await send(basic('other', 'right'))]).toEqual([
    [200, null],
    [401, null],
  ]);
  clock.ms = 1000;
  expect([await send(basic('am', 'wrong-password')), await send(basic('am', 'right'))]).toEqual([
    [401, null],
    [503, '2'],
  ]);
  clock.ms = 3000;
  expect([await send(basic('am', 'right')), kept.length]).toEqual([[200, null], 2]);
});

test('where the login counts and has to wait, the alerts are to be sent again', async () => {
  const { kept, post } = await start(undefined, 'login');
  expect((await post(JSON.stringify(notification), basic('ops', 'right'))).status).toBe(200);
  for (let count = 0; count < 4; count++)
    expect((await post(JSON.stringify(notification), basic('ops', 'wrong-password'))).status).toBe(401);
  const answer = await post(JSON.stringify(notification), basic('ops', 'right'));
  expect([answer.status, answer.headers.get('Retry-After'), kept.length]).toEqual([503, '1', 1]);
});

test('an alert that is none does not take the others along', async () => {
  const { kept, post, refused } = await start();
  const bad = [
    'planted',
    { ...alert, fingerprint: 'planted' },
    { ...alert, startsAt: '1970-01-01T00:00:00.5Z' },
    { ...alert, annotations: { summary: 'x'.repeat(2 ** 20) } },
    { ...alert, labels: { planted: 1 } },
  ];
  const alerts = [...bad, { ...alert, fingerprint: 'aa' }, ...bad, { ...alert, fingerprint: 'bb' }];
  const answer = await post(JSON.stringify({ ...notification, alerts }), BEARER);
  expect([answer.status, await answer.json()]).toEqual([200, { alerts: 2, refused: 10 }]);
  expect([kept.map(({ fingerprint }) => fingerprint), refused]).toEqual([['aa', 'bb'], [10]]);
});

test('a notification of fourteen MiB is taken', async () => {
  const { kept, post } = await start();
  const large = { ...alert, annotations: { summary: 'x'.repeat(1000) } };
  const body = JSON.stringify({ ...notification, alerts: Array.from({ length: 12_000 }, () => large) });
  expect(body.length).toBeGreaterThan(14 * 2 ** 20);
  expect([(await post(body, BEARER)).status, kept.length]).toEqual([200, 12_000]);
});

test.each([
  ['no JSON', 'planted {'],
  ['another version', JSON.stringify({ ...notification, version: '3', x: 'planted' })],
  ['no alerts', JSON.stringify({ version: '4', x: 'planted' })],
  [
    'an alert without a fingerprint',
    JSON.stringify({ ...notification, alerts: [{ ...alert, fingerprint: 'planted' }] }),
  ],
  [
    'an alert that never began',
    JSON.stringify({ ...notification, alerts: [{ ...alert, startsAt: '0001-01-01T00:00:00Z' }] }),
  ],
  ['an alert with a status of its own', JSON.stringify({ ...notification, alerts: [{ ...alert, status: 'planted' }] })],
  ['labels that are no texts', JSON.stringify({ ...notification, alerts: [{ ...alert, labels: { planted: 1 } }] })],
  ['nothing', ''],
])('%s is refused, and not repeated', async (_what, body) => {
  const { kept, post, log } = await start();
  const answer = await post(body, BEARER);
  const text = await answer.text();
  expect([answer.status, kept, text.includes('planted'), log().includes('planted')]).toEqual([400, [], false, false]);
});

test('fields that a later Alertmanager may add do not disturb', async () => {
  const { post } = await start();
  const more = { ...notification, new: {}, alerts: [{ ...alert, new: [1] }] };
  expect((await post(JSON.stringify(more), BEARER)).status).toBe(200);
});

test('what a page in a browser may send without our consent is refused', async () => {
  const { url, kept } = await start();
  const answer = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(notification),
    headers: { 'Content-Type': 'text/plain', Authorization: BEARER },
  });
  expect([answer.status, kept]).toEqual([415, []]);
});

test('a body of more than 16 MiB is refused', async () => {
  const { port, kept } = await start();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.write(
    `POST /alerts/webhook HTTP/1.1\r\nHost: x\r\nAuthorization: ${BEARER}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`.repeat(257));
  await expect.poll(() => answer.split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large');
  socket.destroy();
  expect(kept).toEqual([]);
});

test('a body is not even read of who may not send', async () => {
  const { port } = await start();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.write('POST /alerts/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
  await expect.poll(() => answer.split('\r\n')[0]).toBe('HTTP/1.1 401 Unauthorized');
  socket.destroy();
});

test('other methods are not allowed, and the path is none where no alerts are taken', async () => {
  const { url } = await start();
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'POST']);
  const without = await startServer();
  expect((await fetch(new URL('/alerts/webhook', without.url), { method: 'POST' })).status).toBe(404);
});
