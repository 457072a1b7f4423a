import { describe, expect, test } from 'vitest';
import { SinkError } from '../../../../exporter/documents/sinks/sink.ts';
import { produce } from '../../../documents/produce.ts';
import { stored, takeAll } from '../../../documents/scripted-sink.ts';
import { failing, idsOf, startPipeline } from '../../../documents/start-pipeline.ts';

describe('a sink that fails', () => {
  test('is asked by one request at a time, seldom, and everything arrives when it works again', async () => {
    const { spool, sink, clock, states } = startPipeline({ batchSize: 2_000 });
    const documents = produce(100, { series: 'a' });
    sink.answer(failing('unavailable'));
    spool.append(documents);
    await clock.advance(600_000);
    const asked = sink.batches().length;
    expect(asked).toBeGreaterThan(15);
    expect(asked).toBeLessThan(60);
    expect(states).toStrictEqual([{ kind: 'down', failure: 'unavailable', message: 'it is unavailable' }]);
    sink.answer(takeAll);
    await clock.advance(31_000);
    expect(sink.stored()).toHaveLength(100);
    expect(new Set(sink.stored())).toStrictEqual(new Set(idsOf(documents)));
    expect(states.at(-1)).toStrictEqual({ kind: 'up' });
    expect(spool.acknowledged()).toBe(100);
  });

  test('a state is told once per change, and another kind of failure is a change', async () => {
    const { spool, sink, clock, states } = startPipeline();
    spool.append(produce(1, { series: 'a' }));
    await clock.advance(2_000);
    sink.answer(failing('denied'));
    spool.append(produce(1, { series: 'b' }));
    await clock.advance(120_000);
    sink.answer(failing('protocol'));
    await clock.advance(120_000);
    sink.answer(takeAll);
    await clock.advance(120_000);
    expect(states.map((state) => (state.kind === 'up' ? 'up' : state.failure))).toStrictEqual([
      'up',
      'denied',
      'protocol',
      'up',
    ]);
  });

  test('a request that is too large is halved down to the document that does not fit', async () => {
    const { spool, sink, clock, letters } = startPipeline();
    const large = produce(1, { series: 'large', fields: { text: 'x'.repeat(5_000) } });
    const documents = [...produce(50, { series: 'a' }), ...large, ...produce(50, { series: 'b' })];
    sink.answer((batch) => {
      if (batch.reduce((sum, { json }) => sum + json.length, 0) > 4_000)
        throw new SinkError('too_large', 'answered 413');
      return batch.map(() => stored);
    });
    spool.append(documents);
    await clock.advance(60_000);
    expect(letters.all().map(({ document, status }) => [document.id, status])).toStrictEqual([[large[0]?.id, 413]]);
    expect(new Set(sink.stored())).toStrictEqual(new Set(idsOf(documents.filter(({ id }) => id !== large[0]?.id))));
    expect(spool.acknowledged()).toBe(101);
  });

  test('is not asked again before it wants to be, by whatever document', async () => {
    const { spool, sink, clock } = startPipeline();
    sink.answer(failing('throttled', 45_000));
    spool.append(produce(10, { series: 'a' }));
    await clock.advance(1_000);
    spool.append(produce(10, { series: 'b' }));
    await clock.advance(44_000);
    expect(sink.batches()).toHaveLength(1);
    await clock.advance(2_000);
    expect(sink.batches()).toHaveLength(2);
  });

  test('waits as long as it is asked to', async () => {
    const { spool, sink, clock } = startPipeline({ batchSize: 1 });
    sink.answer(failing('throttled', 45_000));
    spool.append(produce(1, { series: 'a' }));
    await clock.advance(44_000);
    expect(sink.batches()).toHaveLength(1);
    await clock.advance(2_000);
    expect(sink.batches()).toHaveLength(2);
  });

  test('less at a time is sent to one that throttles, and nothing becomes a dead letter', async () => {
    const { spool, sink, clock, letters, pipeline } = startPipeline({ batchSize: 20_000 });
    let capacity = 2_000;
    sink.answer((batch) => {
      if (batch.reduce((sum, { json }) => sum + json.length, 0) > capacity)
        throw new SinkError('throttled', 'answered 429');
      return batch.map(() => stored);
    });
    spool.append(produce(1_000, { series: 'a' }));
    await clock.advance(600_000);
    expect(sink.stored()).toHaveLength(1_000);
    expect(letters.count()).toBe(0);
    expect(pipeline.status().batchSize).toBeLessThan(20_000);
    capacity = Infinity;
    spool.append(produce(2_000, { series: 'b' }));
    await clock.advance(60_000);
    expect(pipeline.status()).toMatchObject({ batchSize: 20_000, allowedRequests: 4 });
  });
});
