import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEventsFile } from '../../../exporter/documents/events-file.ts';
import type { DockerEvent } from '../../../exporter/model/event.ts';

const event: DockerEvent = {
  type: 'container',
  action: 'start',
  actorId: 'a'.repeat(64),
  attributes: { name: 'web' },
  timeNano: '1795221952793401085',
};
const noon = Date.parse('2026-11-21T12:00:00Z');
/** For tests in which nothing is lost. */
const failing = {
  onFailing: (error: Error): never => {
    throw error;
  },
  onWorking: () => undefined,
};

/** Remembers what is said of losses. */
function createListener() {
  const told: string[] = [];
  const causes: unknown[] = [];
  return {
    told,
    causes,
    onFailing: (error: Error) => {
      told.push(error.message);
      causes.push(error.cause);
    },
    onWorking: (lost: number) => void told.push(`${lost} lost`),
  };
}

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'events-file-'));
  directory = join(root, 'data', 'documents');
});
afterEach(() => rmSync(root, { recursive: true }));

const lines = (file: string): string[] => readFileSync(join(directory, file), 'utf8').trimEnd().split('\n');

test('events lie in the order they came, one JSON object a line', async () => {
  const file = createEventsFile({ directory, nowMs: () => noon, ...failing });
  const times = Array.from({ length: 300 }, (_, index) => `1795221952793401${String(index).padStart(3, '0')}`);
  for (const timeNano of times) file.append({ ...event, timeNano }, 'edge-1');
  await file.close();
  const written = lines('harborlight.event-2026-11-21.ndjson').map((line): unknown => JSON.parse(line));
  expect(written).toMatchObject(times.map((time) => ({ '@timestamp': `2026-11-21T00:45:52.${time.slice(-9)}Z` })));
});

test('only container events are written, and no commands run in containers', async () => {
  const file = createEventsFile({ directory, nowMs: () => noon, ...failing });
  file.append({ ...event, type: 'network', action: 'connect' }, 'edge-1');
  file.append({ ...event, action: 'exec_create' }, 'edge-1');
  file.append(event, 'edge-1');
  await file.close();
  expect(lines('harborlight.event-2026-11-21.ndjson')).toHaveLength(1);
});

test('each day, UTC, has its file', async () => {
  const days = [Date.parse('2026-11-21T23:59:59.999Z'), Date.parse('2026-11-22T00:00:00Z')];
  const file = createEventsFile({ directory, nowMs: () => days.shift() ?? noon, ...failing });
  file.append(event, 'edge-1');
  file.append(event, 'edge-1');
  await file.close();
  expect(readdirSync(directory)).toEqual([
    'harborlight.event-2026-11-21.ndjson',
    'harborlight.event-2026-11-22.ndjson',
  ]);
});

test('nobody but the owner can read them', async () => {
  const file = createEventsFile({ directory, nowMs: () => noon, ...failing });
  file.append(event, 'edge-1');
  await file.close();
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, 'harborlight.event-2026-11-21.ndjson')).mode & 0o777).toBe(0o600);
});

test('what was there before a start is kept', async () => {
  for (const host of ['first', 'second']) {
    const file = createEventsFile({ directory, nowMs: () => noon, ...failing });
    file.append(event, host);
    await file.close();
  }
  expect(lines('harborlight.event-2026-11-21.ndjson')).toHaveLength(2);
});

test('documents that cannot be written are told once, and how many they were when they can again', async () => {
  const { told, ...listener } = createListener();
  const file = createEventsFile({ directory, nowMs: () => noon, ...listener });
  writeFileSync(join(root, 'data'), 'a file where the directory should be');
  for (let count = 0; count < 50; count++) file.append(event, 'edge-1');
  await file.close();
  expect(told).toEqual([`append to ${join(directory, 'harborlight.event-2026-11-21.ndjson')}`]);

  rmSync(join(root, 'data'));
  for (let count = 0; count < 3; count++) file.append(event, 'edge-1');
  await file.close();
  expect(told.slice(1)).toEqual(['50 lost']);
  expect(lines('harborlight.event-2026-11-21.ndjson')).toHaveLength(3);
});

test('an event that cannot be encoded is told, too, and disturbs no other', async () => {
  const { causes, ...listener } = createListener();
  const file = createEventsFile({ directory, nowMs: () => noon, ...listener });
  file.append({ ...event, timeNano: '9'.repeat(40) }, 'edge-1');
  file.append(event, 'edge-1');
  await file.close();
  expect(causes).toEqual([expect.any(RangeError)]);
  expect(lines('harborlight.event-2026-11-21.ndjson')).toHaveLength(1);
});

test('at most ten thousand documents wait to be written; those beyond are lost and counted', async () => {
  const { told, ...listener } = createListener();
  const file = createEventsFile({ directory, nowMs: () => noon, ...listener });
  for (let count = 0; count < 10_007; count++) file.append(event, 'edge-1');
  await file.close();
  expect(told).toEqual([expect.stringContaining('10000 documents wait already'), '7 lost']);
  expect(lines('harborlight.event-2026-11-21.ndjson')).toHaveLength(10_000);
});
