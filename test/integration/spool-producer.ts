import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process with a spool of its own that appends as fast as it is asked to, and tells what it knows at once. */
export interface SpoolProducer {
  readonly pid: number;
  /** Numbers of documents whose append has resolved. */
  readonly acknowledged: readonly number[];
  /** Numbers that the sink `reads` was given, in order. */
  readonly read: readonly number[];
  /** Whatever it said beside: faults. */
  readonly complaints: readonly string[];
  readonly kill: (signal: NodeJS.Signals) => void;
  /** It has appended something, or ended. */
  readonly isUp: Promise<void>;
  readonly ended: Promise<void>;
}

export interface ProducerOptions {
  readonly directory: string;
  /** The number of its first document; each is one more than the one before. */
  readonly from: number;
  readonly segmentBytes?: number;
  /** Each of its loops waits so long between two appends of 50 documents. */
  readonly pauseMs?: number;
  /** So many loops append side by side. */
  readonly loops?: number;
  readonly sinks?: readonly string[];
  /** It closes the spool after so many documents. */
  readonly count?: number;
  /** A program that starts it, with its arguments. */
  readonly under?: readonly string[];
}

/** Holds everything, for it is never read; `reads` reads and acknowledges all the time. */
export const PRODUCER_SINKS = ['holds', 'reads'];

export const startSpoolProducer = (options: ProducerOptions): SpoolProducer => {
  const { under = [] } = options;
  const [file, ...args] = [...under, process.execPath];
  const child = spawn(file, [...args, '--input-type=module', '--eval', PROGRAM, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: number[] = [];
  const read: number[] = [];
  const complaints: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [what, first, last] = line.split(' ');
    const list = { a: acknowledged, r: read }[what ?? ''];
    // The end of a killed process cuts its last line.
    if (list === undefined || last === undefined) complaints.push(line);
    else for (let number = Number(first); number <= Number(last); number++) list.push(number);
  });
  return {
    pid: child.pid ?? -1,
    acknowledged,
    read,
    complaints,
    isUp: new Promise((resolve) => void lines.once('line', () => resolve()).once('close', () => resolve())),
    kill: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => child.once('close', () => resolve())),
  };
};

// As it is built: this Node.js may not read TypeScript.
const PROGRAM = `
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openSpool } from ${JSON.stringify(new URL('../../dist/documents/spool/open-spool.js', import.meta.url).href)};

const { directory, from, segmentBytes = 256 * 1024, pauseMs = 2, count = Infinity, loops = 4, sinks = ${JSON.stringify(PRODUCER_SINKS)} } = JSON.parse(process.argv[1]);
// One write of one line: a pipe takes it whole, before anything else is done.
const tell = (...words) => writeSync(1, words.join(' ') + ' .\\n');
const spool = await openSpool({
  directory,
  segmentBytes,
  sinks,
  holder: 'a producer',
  nowMs: Date.now,
  onDamage: ({ path, bytes }) => tell('damage', path, bytes),
  onDiskError: (error) => tell('disk', error.message, error.cause?.message),
});
const reader = spool.openReader({ sink: 'reads', budgetBytes: 2 ** 40, onLost: (lost) => tell('lost', JSON.stringify(lost)) });
const idOf = (number) => createHash('sha256').update(String(number)).digest('base64url').slice(0, 20);
const make = (number) => ({
  dataset: 'harborlight.container',
  namespace: 'default',
  id: idOf(number),
  json: JSON.stringify({ number, padding: 'x'.repeat(250) }),
  origin: { source: 'producer', first: String(number), last: String(number) },
});
const closing = new AbortController();
const readAll = async () => {
  for (;;) {
    const documents = await reader.read(100_000, closing.signal);
    const numbers = documents.map(({ json }) => JSON.parse(json).number);
    tell('r', numbers[0], numbers.at(-1));
    if (numbers.at(-1) - numbers[0] !== numbers.length - 1) tell('holes', numbers);
    reader.acknowledge(documents.at(-1).position);
  }
};
const reading = readAll().catch((error) => closing.signal.aborted || tell('failed', error.stack));
let next = from;
const appendAll = async () => {
  while (next < from + count && !closing.signal.aborted) {
    const numbers = Array.from({ length: 50 }, () => next++);
    await spool.append(numbers.map(make));
    tell('a', numbers[0], numbers.at(-1));
    if (pauseMs > 0) await pause(pauseMs);
  }
};
process.on('SIGTERM', () => closing.abort());
await Promise.all(Array.from({ length: loops }, appendAll));
closing.abort();
await reading;
await spool.close();
`;
