import { expect, test } from 'vitest';
import { type Attempt, runAttempt } from '../../../exporter/probes/attempt.ts';
import { ProbeFailure } from '../../../exporter/probes/failure.ts';
import { openNetwork } from '../../../exporter/probes/net/network.ts';

const network = openNetwork(() => Promise.resolve([]));
const run = (probe: (attempt: Attempt) => Promise<void>, signal = new AbortController().signal) =>
  runAttempt(probe, { timeoutMs: 200, network, signal });

test('a probe that resolves has succeeded, with what it learnt and did', async () => {
  const result = await run((attempt) => {
    attempt.learn({ lookup: { seconds: 1 } });
    attempt.learn({ lookup: { seconds: 2 }, failedByPattern: false });
    attempt.step('looked');
    return Promise.resolve();
  });
  expect(result).toMatchObject({ success: true, details: { lookup: { seconds: 2 }, failedByPattern: false } });
  expect(result.steps.map(({ text }) => text)).toEqual(['looked', 'success']);
  expect('failure' in result).toBe(false);
});

test.each<[string, Error, string]>([
  ['a failure of the probe', new ProbeFailure('status 503, expected 200'), 'status 503, expected 200'],
  ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'connection refused'],
  [
    'its cause',
    new Error('x', { cause: Object.assign(new Error('y'), { code: 'ECONNRESET' }) }),
    'connection reset by the target',
  ],
  [
    'a code that has no words',
    Object.assign(new Error('secret'), { code: 'HPE_INVALID_CONSTANT' }),
    'HPE_INVALID_CONSTANT',
  ],
  ['what nobody knows', new Error('Bearer hunter2'), 'failed for a reason that is not known'],
])('%s is told in one line, which holds nothing of the text of others', async (_what, error, failure) => {
  const result = await run(() => Promise.reject(error));
  expect(result).toMatchObject({ success: false, failure });
  expect(result.steps.at(-1)?.text).toBe(failure);
});

test('a probe that does not heed its signal has failed when its time is up, with what it had learnt', async () => {
  const result = await run((attempt) => {
    attempt.learn({ lookup: { seconds: 1 } });
    return new Promise(() => undefined);
  });
  expect(result).toMatchObject({
    success: false,
    failure: 'no result within 0.2 s',
    details: { lookup: { seconds: 1 } },
  });
  expect(result.durationSeconds).toBeGreaterThan(0.19);
});

test('what a probe says after its time is in no result', async () => {
  const late: Attempt[] = [];
  const result = await run((attempt) => {
    late.push(attempt);
    return new Promise(() => undefined);
  });
  late[0]?.step('too late');
  late[0]?.learn({ lookup: { seconds: 1 } });
  expect(result.steps.map(({ text }) => text)).toEqual(['no result within 0.2 s']);
  expect(result.details).toEqual({});
});

test('an attempt that nobody waits for any more rejects with the reason', async () => {
  const stopping = new AbortController();
  const running = run(() => new Promise(() => undefined), stopping.signal);
  stopping.abort(new Error('stopped'));
  await expect(running).rejects.toThrow('stopped');
});

test('an endless conversation is told as far as it can be read', async () => {
  const result = await run((attempt) => {
    for (let at = 0; at < 10_000; at++) attempt.step('again');
    return Promise.resolve();
  });
  expect(result.steps.length).toBeLessThanOrEqual(201);
  expect(result.steps.at(-1)?.text).toBe('success');
});

test.each([
  ['succeeds', () => Promise.resolve()],
  ['fails', () => Promise.reject(new ProbeFailure('no'))],
])('what an attempt that %s left open is closed with it', async (_what, outcome) => {
  const signals: AbortSignal[] = [];
  await run((attempt) => {
    signals.push(attempt.signal);
    return outcome();
  });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
