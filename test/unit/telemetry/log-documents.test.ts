import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { NewDocument } from '../../../exporter/model/document.ts';
import { createLogDocuments } from '../../../exporter/telemetry/log-documents.ts';
import { createLogger } from '../../../exporter/telemetry/logger.ts';

interface Told {
  readonly message: string;
  readonly event: { readonly id: string; readonly sequence: number };
}

function start(throughPinoElasticsearch: boolean, append?: (documents: readonly NewDocument[]) => Promise<void>) {
  const kept: NewDocument[] = [];
  let dropped = 0;
  const documents = createLogDocuments({
    throughPinoElasticsearch,
    namespace: 'default',
    name: 'edge-1',
    bootId: 'boot-1',
    append: async (some) => {
      await append?.(some);
      kept.push(...some);
    },
    onDropped: (lines) => {
      dropped += lines;
    },
  });
  const { logger, alsoTo } = createLogger({
    level: 'info',
    format: 'pretty',
    name: 'edge-1',
    destination: { write: () => undefined },
    traceIds: () => ({ 'trace.id': 'abc', 'span.id': 'def' }),
  });
  alsoTo(documents);
  onTestFinished(() => documents.close());
  const told = () => kept.map(({ json }) => JSON.parse(json) as Told);
  return { logger, documents, kept, told, dropped: () => dropped };
}

describe.each([
  ['straight', false],
  ['through pino-elasticsearch', true],
])('our own log, %s', (_way, through) => {
  test('a line is a document within a second, ECS whatever is on stdout', async () => {
    const { logger, kept, told } = start(through);
    logger.warn({ host: 'edge-2', err: new Error('refused') }, 'host unreachable');
    const startedMs = performance.now();
    await vi.waitFor(() => expect(kept).toHaveLength(1), { timeout: 3000, interval: 10 });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(told()[0]).toMatchObject({
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/) as unknown,
      data_stream: { type: 'logs', dataset: 'harborlight.app', namespace: 'default' },
      log: { level: 'warn' },
      message: 'host unreachable',
      error: { type: 'Error', message: 'refused' },
      host: { name: 'edge-2' },
      service: { name: 'harborlight', node: { name: 'edge-1' } },
      trace: { id: 'abc' },
      span: { id: 'def' },
    });
    expect(kept[0]).toMatchObject({ dataset: 'harborlight.app', namespace: 'default', id: told()[0]?.event.id });
  });

  test('of lines that come all the time none waits for longer than a second, and none is lost', async () => {
    const arrivedMs: number[] = [];
    const { logger, documents, told } = start(through, (some) => {
      for (const _one of some) arrivedMs.push(performance.now());
      return Promise.resolve();
    });
    const writtenMs: number[] = [];
    for (let line = 0; line < 40; line++) {
      writtenMs.push(performance.now());
      logger.info({}, `line ${line}`);
      await delay(40);
    }
    await documents.close();
    expect(told().map(({ message }) => message)).toEqual(writtenMs.map((_ms, line) => `line ${line}`));
    expect(Math.max(...arrivedMs.map((ms, line) => ms - (writtenMs[line] ?? 0)))).toBeLessThan(1000);
  });

  test('two thousand lines at once arrive in their order, each with an id of its own', async () => {
    const { logger, told, kept } = start(through);
    for (let line = 0; line < 2000; line++) {
      logger.info({}, `line ${line}`);
      // As a program writes them: not without ever giving way.
      if (line % 100 === 99) await delay(1);
    }
    await vi.waitFor(() => expect(kept).toHaveLength(2000), { timeout: 8000 });
    expect(told().every(({ message, event }) => message === `line ${event.sequence}`)).toBe(true);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(2000);
  });

  test('an outage of minutes loses nothing, and everything is kept once', async () => {
    let isDown = true;
    const { logger, told, dropped } = start(through, () =>
      isDown ? Promise.reject(new Error('the disk is full')) : Promise.resolve(),
    );
    for (let line = 0; line < 300; line++) logger.info({}, `line ${line}`);
    await delay(1500);
    expect(told()).toEqual([]);
    isDown = false;
    logger.info({}, 'line 300');
    await vi.waitFor(() => expect(told()).toHaveLength(301), { timeout: 8000 });
    expect(told().map(({ message }) => message)).toEqual(Array.from({ length: 301 }, (_, line) => `line ${line}`));
    expect(dropped()).toBe(0);
  });

  test('what tells of a sink that fails is no document', async () => {
    const { logger, told, documents } = start(through);
    logger.error({ 'harborlight.sink_failure': true }, 'store unavailable');
    logger.info({}, 'something else');
    await documents.close();
    expect(told().map(({ message }) => message)).toEqual(['something else']);
  });

  test('a secret in a line is in no document', async () => {
    const { logger, kept, documents } = start(through);
    logger.info({ password: 'planted-1', url: 'http://ops:planted-2@db/' }, 'login with token=planted-3');
    await documents.close();
    expect(kept).toHaveLength(1);
    expect(kept[0]?.json).not.toContain('planted');
  });

  test('it ends within a second, with everything that was written, also where nothing can be kept', async () => {
    const { logger, kept, documents } = start(through);
    for (let line = 0; line < 50; line++) logger.info({}, `line ${line}`);
    await documents.close();
    expect(kept).toHaveLength(50);
    const hanging = start(through, () => new Promise<void>(() => undefined));
    hanging.logger.info({}, 'lost');
    const startedMs = performance.now();
    await hanging.documents.close();
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });
});

test('memory is bounded while nothing can be kept, and what found no place is counted', async () => {
  const { logger, documents, dropped } = start(false, () => Promise.reject(new Error('the disk is full')));
  for (let line = 0; line < 6000; line++) logger.info({}, `line ${line}`);
  await vi.waitFor(() => expect(dropped()).toBe(1000));
  await documents.close();
  // What waited has no place to go to any more.
  expect(dropped()).toBe(6000);
});

test('what was said before there were documents becomes some, too', () => {
  const { logger, alsoTo } = createLogger({
    level: 'info',
    format: 'json',
    name: 'edge-1',
    destination: { write: () => undefined },
  });
  logger.info({}, 'first');
  const lines: string[] = [];
  alsoTo({ write: (line) => lines.push(line) });
  logger.info({}, 'second');
  alsoTo(undefined);
  logger.info({}, 'third');
  expect(lines.map((line) => (JSON.parse(line) as Told).message)).toEqual(['first', 'second']);
});
