import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { openSpool } from '../../exporter/documents/spool/open-spool.ts';
import { PRODUCER_SINKS, startSpoolProducer } from './spool-producer.ts';

/** Of a process that appends; some are killed while they start and recover. */
const LONGEST_LIFE_MS = 1200;
const KILLED_AT_START = 0.2;

export interface KillReport {
  readonly acknowledged: number;
  /** Of the time between a process's first document and its end. */
  readonly perSecond: number;
  readonly segments: number;
  /** That came to the reading sink more than once, because a kill came before its cursor was saved. */
  readonly readAgain: number;
}

/**
 * Kills a process that appends and reads, at random moments, and starts it again where its source would go on. Then
 * everything acknowledged has to be there once.
 */
export const expectNothingLostUnderKills = async (directory: string, kills: number): Promise<KillReport> => {
  const acknowledged = new Set<number>();
  const read: number[] = [];
  let lifeMs = 0;
  for (let kill = 0; kill <= kills; kill++) {
    const producer = startSpoolProducer({ directory, from: firstMissing(acknowledged) });
    if (kill === kills || Math.random() > KILLED_AT_START) await producer.isUp;
    const upMs = performance.now();
    await delay(Math.random() * LONGEST_LIFE_MS);
    if (producer.acknowledged.length > 0) lifeMs += performance.now() - upMs;
    producer.kill(kill === kills ? 'SIGTERM' : 'SIGKILL');
    await producer.ended;
    expect(producer.complaints).toEqual([]);
    for (const number of producer.acknowledged) acknowledged.add(number);
    read.push(...producer.read);
  }
  const segments = (await readdir(directory)).filter((name) => name.endsWith('.segment')).length;

  const { numbers, positions, origin } = await readEverything(directory);
  const stored = new Set(numbers);
  expect(numbers).toHaveLength(stored.size);
  expect(new Set(positions).size).toBe(positions.length);
  expect([...acknowledged].filter((number) => !stored.has(number))).toEqual([]);
  // The last process was asked to end: its reader had the time to get nearly all, and the rest is still there for it.
  const givenToReader = new Set(read);
  const { numbers: rest } = await readEverything(directory, 'reads');
  expect([...stored].filter((number) => !givenToReader.has(number) && !rest.includes(number))).toEqual([]);
  expect(stored.has(Number(origin))).toBe(true);
  return {
    acknowledged: acknowledged.size,
    perSecond: Math.round(acknowledged.size / (lifeMs / 1000)),
    segments,
    readAgain: read.length - givenToReader.size,
  };
};

/** Where a source goes on that keeps what was not acknowledged. */
const firstMissing = (numbers: ReadonlySet<number>): number => {
  let number = 1;
  while (numbers.has(number)) number++;
  return number;
};

const readEverything = async (directory: string, sink = 'holds') => {
  const fail = (what: unknown) => {
    throw new Error(`read everything: ${JSON.stringify(what)}`);
  };
  const spool = await openSpool({
    directory,
    sinks: PRODUCER_SINKS,
    holder: 'the test',
    nowMs: Date.now,
    onDamage: fail,
    onDiskError: fail,
  });
  try {
    const reader = spool.openReader({ sink, budgetBytes: 2 ** 40, onLost: fail });
    const count = reader.status().waitingDocuments;
    const documents = [];
    while (documents.length < count) documents.push(...(await reader.read(1_000_000, AbortSignal.timeout(10_000))));
    return {
      numbers: documents.map(({ json }) => (JSON.parse(json) as { readonly number: number }).number),
      positions: documents.map(({ position }) => position),
      origin: spool.origins().get('producer')?.last,
    };
  } finally {
    await spool.close();
  }
};
