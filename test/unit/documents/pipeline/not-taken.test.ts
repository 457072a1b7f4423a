import { describe, expect, test } from 'vitest';
import { produce } from '../../../documents/produce.ts';
import { later, refused, stored, takeAll } from '../../../documents/scripted-sink.ts';
import { startPipeline } from '../../../documents/start-pipeline.ts';

describe('documents that are not taken', () => {
  test('only those that were answered with "not now" are sent again', async () => {
    const { spool, sink, clock } = startPipeline();
    const documents = produce(10, { series: 'a' });
    sink.answer((batch) => batch.map(({ id }) => (id === documents[3]?.id ? later() : stored)));
    spool.append(documents);
    await clock.advance(1_500);
    sink.answer(takeAll);
    await clock.advance(60_000);
    expect(
      sink
        .batches()
        .slice(1)
        .flatMap((batch) => batch.map(({ id }) => id))
        .every((id) => id === documents[3]?.id),
    ).toBe(true);
    expect(sink.stored()).toHaveLength(10);
  });

  test('one that is throttled alone again and again while others pass is a dead letter', async () => {
    const { spool, sink, clock, letters } = startPipeline({ batchSize: 5_000 });
    const huge = produce(1, { series: 'huge', fields: { text: 'x'.repeat(11_000) } });
    sink.answer((batch) => batch.map(({ id }) => (id === huge[0]?.id ? later(429) : stored)));
    spool.append(huge);
    for (let minute = 0; minute < 10; minute++) {
      spool.append(produce(5, { series: `minute ${minute}` }));
      await clock.advance(60_000);
    }
    expect(letters.all().map(({ document, status }) => [document.id, status])).toStrictEqual([[huge[0]?.id, 429]]);
    expect(sink.stored()).toHaveLength(50);
    expect(spool.acknowledged()).toBe(51);
    expect(sink.batches().filter(([first]) => first?.id === huge[0]?.id).length).toBeGreaterThanOrEqual(10);
  });

  test('in a storm of 429 no document is a dead letter, not even one that is alone', async () => {
    const { spool, sink, clock, letters } = startPipeline({ batchSize: 1 });
    let turn = 0;
    // Nine of ten are throttled: some document would be so ten times in a row.
    sink.answer((batch) => batch.map(() => (turn++ % 10 === 0 ? stored : later(429))));
    spool.append(produce(50, { series: 'a' }));
    await clock.advance(3_600_000);
    expect(letters.count()).toBe(0);
    expect(sink.stored()).toHaveLength(50);
  });

  test('one that nobody passes by is tried for ever', async () => {
    const { spool, sink, clock, letters } = startPipeline({ batchSize: 1 });
    sink.answer(() => [later(429)]);
    spool.append(produce(1, { series: 'a' }));
    await clock.advance(3_600_000);
    expect(letters.count()).toBe(0);
    expect(sink.batches().length).toBeGreaterThan(100);
  });

  test('a single poison document among thousands is a dead letter at once, and nothing pauses', async () => {
    const { spool, sink, clock, letters, states } = startPipeline();
    const documents = produce(5_000, { series: 'a' });
    sink.answer((batch) => batch.map(({ id }) => (id === documents[1_234]?.id ? refused('wrong type') : stored)));
    spool.append(documents);
    await clock.advance(2_000);
    expect(letters.all().map(({ document, reason }) => [document.id, reason])).toStrictEqual([
      [documents[1_234]?.id, 'wrong type'],
    ]);
    expect(spool.acknowledged()).toBe(5_000);
    expect(states).toStrictEqual([{ kind: 'up' }]);
  });

  test('a broken template pauses everything, and no document is a dead letter', async () => {
    const { spool, sink, clock, letters, states } = startPipeline({ batchSize: 5_000 });
    const documents = produce(300, { series: 'a' });
    sink.answer((batch) => batch.map(() => refused('wrong type')));
    spool.append(documents);
    await clock.advance(600_000);
    expect(letters.count()).toBe(0);
    expect(states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' });
    const probes = sink.batches().slice(-10);
    expect(probes.map((batch) => batch.length)).toStrictEqual(Array.from({ length: 10 }, () => 1));
    sink.answer(takeAll);
    await clock.advance(60_000);
    expect(new Set(sink.stored())).toStrictEqual(new Set(documents.map(({ id }) => id)));
    expect(spool.acknowledged()).toBe(300);
    expect(letters.count()).toBe(0);
    expect(states.at(-1)).toStrictEqual({ kind: 'up' });
  });

  test('so does one that refuses a document now and then', async () => {
    const { spool, sink, clock, letters, states } = startPipeline({ holdRefusedMs: 3_600_000 });
    sink.answer((batch) => batch.map(() => refused('wrong type')));
    for (let second = 0; second < 30; second++) {
      spool.append(produce(1, { series: `second ${second}` }));
      await clock.advance(2_000);
    }
    expect(letters.count()).toBe(0);
    expect(states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' });
  });

  test('a run of poison documents holds up those behind it for a while only', async () => {
    const { spool, sink, clock, letters } = startPipeline({ batchSize: 5_000 });
    const poison = produce(60, { series: 'poison' });
    const good = produce(200, { series: 'good' });
    const isPoison = new Set(poison.map(({ id }) => id));
    sink.answer((batch) => batch.map(({ id }) => (isPoison.has(id) ? refused('wrong type') : stored)));
    spool.append(poison);
    spool.append(good);
    await clock.advance(900_000);
    expect(new Set(sink.stored())).toStrictEqual(new Set(good.map(({ id }) => id)));
    expect(new Set(letters.all().map(({ document }) => document.id))).toStrictEqual(isPoison);
    expect(spool.acknowledged()).toBe(260);
  });

  test('a refused document whose stream stores nothing else is a dead letter after a while', async () => {
    const { spool, sink, clock, letters } = startPipeline();
    sink.answer((batch) => batch.map(() => refused('wrong type')));
    spool.append(produce(1, { series: 'a' }));
    await clock.advance(20_000);
    expect(letters.count()).toBe(0);
    await clock.advance(20_000);
    expect(letters.count()).toBe(1);
    expect(spool.acknowledged()).toBe(1);
  });

  test('a stream that refuses everything is told from others that work', async () => {
    const { spool, sink, clock, letters, states } = startPipeline();
    sink.answer((batch) =>
      batch.map(({ dataset }) => (dataset === 'harborlight.health' ? refused('wrong type') : stored)),
    );
    spool.append([...produce(100, { series: 'a' }), ...produce(25, { series: 'h', dataset: 'harborlight.health' })]);
    await clock.advance(2_000);
    expect(letters.count()).toBe(0);
    expect(states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' });
  });

  test('a block of an index pauses everything, and no document is a dead letter', async () => {
    const { spool, sink, clock, letters, states } = startPipeline();
    sink.answer((batch) => batch.map(() => ({ kind: 'retry', status: 403, reason: 'a disk is full' })));
    spool.append(produce(100, { series: 'a' }));
    await clock.advance(600_000);
    expect(letters.count()).toBe(0);
    expect(states).toStrictEqual([{ kind: 'down', failure: 'denied', message: 'a disk is full' }]);
    expect(sink.batches().length).toBeLessThan(60);
    sink.answer(takeAll);
    await clock.advance(31_000);
    expect(spool.acknowledged()).toBe(100);
  });
});

test('a refusal is not judged while others of its stream are under way, however slow the sink is', async () => {
  const { spool, sink, clock, letters, states } = startPipeline({ batchSize: 4_100 });
  let answer: () => void = () => undefined;
  sink.answer((batch) => {
    if (batch.length === 1) return [refused('wrong type')];
    return new Promise((resolve) => {
      answer = () => resolve(batch.map(() => refused('wrong type')));
    });
  });
  spool.append([
    ...produce(1, { series: 'large', fields: { text: 'x'.repeat(6_000) } }),
    ...produce(22, { series: 'a' }),
  ]);
  await clock.advance(120_000);
  expect(sink.batches().map((batch) => batch.length)).toStrictEqual([1, 21, 1]);
  expect(letters.count()).toBe(0);
  answer();
  await clock.advance(120_000);
  expect(letters.count()).toBe(0);
  expect(states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' });
});

test('nor while others of its stream are throttled', async () => {
  const { spool, sink, clock, letters, states } = startPipeline({ batchSize: 4_100 });
  sink.answer((batch) => batch.map(() => (batch.length === 1 ? refused('wrong type') : later(429))));
  spool.append([
    ...produce(1, { series: 'large', fields: { text: 'x'.repeat(6_000) } }),
    ...produce(63, { series: 'a' }),
  ]);
  await clock.advance(120_000);
  expect(letters.count()).toBe(0);
  sink.answer((batch) => batch.map(() => refused('wrong type')));
  await clock.advance(120_000);
  expect(letters.count()).toBe(0);
  expect(states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' });
});
