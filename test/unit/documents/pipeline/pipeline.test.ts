import { describe, expect, test } from 'vitest';
import { produce } from '../../../documents/produce.ts';
import { later, refused, stored, takeAll } from '../../../documents/scripted-sink.ts';
import { startPipeline } from '../../../documents/start-pipeline.ts';

describe('batches', () => {
  test('a document waits for others for a second and no longer, however many come', async () => {
    const { spool, sink, clock } = startPipeline();
    await clock.advance(0);
    for (let step = 0; step < 9; step++) {
      spool.append(produce(1, { series: `step ${step}` }));
      await clock.advance(step === 0 ? 0 : 110);
    }
    expect(sink.batches()).toHaveLength(0);
    await clock.advance(125);
    expect(sink.batches().map((batch) => batch.length)).toStrictEqual([9]);
  });

  test('a full batch does not wait', async () => {
    const { spool, sink, clock } = startPipeline({ batchSize: 2_000 });
    spool.append(produce(40, { series: 'a' }));
    for (let turn = 0; turn < 5; turn++) await clock.advance(0);
    expect(sink.batches().length).toBeGreaterThan(1);
    for (const batch of sink.batches()) {
      expect(batch.reduce((sum, { json }) => sum + json.length, 0)).toBeLessThanOrEqual(2_000);
    }
  });

  test('no more requests than allowed are under way, and no more is read than there is room for', async () => {
    const { spool, sink, clock, pipeline } = startPipeline({
      batchSize: 2_000,
      unacknowledgedSize: 10_000,
      requests: 3,
    });
    sink.answer(
      (_batch, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    spool.append(produce(1_000, { series: 'a' }));
    await clock.advance(5_000);
    expect(sink.batches()).toHaveLength(3);
    expect(pipeline.status().requests).toBe(3);
    expect(pipeline.status().unacknowledgedSize).toBeLessThanOrEqual(10_000);
  });
});

describe('acknowledging', () => {
  test('goes no further than the first document that is not done with', async () => {
    const { spool, sink, clock } = startPipeline({ batchSize: 1 });
    const documents = produce(3, { series: 'a' });
    sink.answer(([document]) => [document?.id === documents[1]?.id ? later() : stored]);
    spool.append(documents);
    await clock.advance(100);
    expect(sink.stored()).toHaveLength(2);
    expect(spool.acknowledged()).toBe(1);
    sink.answer(takeAll);
    await clock.advance(60_000);
    expect(spool.acknowledged()).toBe(3);
  });

  test('nothing is acknowledged after the end', async () => {
    const { spool, sink, clock, stop } = startPipeline({ batchSize: 1 });
    let answer: () => void = () => undefined;
    sink.answer(
      (batch) =>
        new Promise((resolve) => {
          answer = () => resolve(batch.map(() => stored));
        }),
    );
    spool.append(produce(1, { series: 'a' }));
    await clock.advance(10);
    await stop();
    answer();
    await clock.advance(10);
    expect(spool.acknowledged()).toBe(0);
  });

  test('the end does not wait for a sink that does not heed its signal', async () => {
    const { spool, sink, clock, stop } = startPipeline({ batchSize: 1 });
    sink.answer(() => new Promise(() => undefined));
    spool.append(produce(3, { series: 'a' }));
    await clock.advance(10);
    expect(sink.batches()).toHaveLength(3);
    expect(await stop()).toBeLessThan(100);
  });
});

describe('dead letters', () => {
  test('that somebody asked for are sent again and forgotten', async () => {
    const { spool, sink, clock, letters } = startPipeline();
    const documents = produce(10, { series: 'a' });
    sink.answer((batch) => batch.map(({ id }) => (id === documents[3]?.id ? refused() : stored)));
    spool.append(documents);
    await clock.advance(2_000);
    expect(letters.count()).toBe(1);
    sink.answer(takeAll);
    letters.resend();
    await clock.advance(10_000);
    expect(letters.count()).toBe(0);
    expect(sink.stored()).toContain(documents[3]?.id);
    expect(spool.acknowledged()).toBe(10);
  });

  test('that are refused again stay', async () => {
    const { spool, sink, clock, letters } = startPipeline();
    const documents = produce(10, { series: 'a' });
    sink.answer((batch) => batch.map(({ id }) => (id === documents[3]?.id ? refused() : stored)));
    spool.append(documents);
    await clock.advance(2_000);
    letters.resend();
    await clock.advance(40_000);
    expect(letters.all().map(({ document }) => document.id)).toStrictEqual([documents[3]?.id]);
    expect(sink.batches()).toHaveLength(2);
  });
});
