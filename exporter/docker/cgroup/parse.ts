import type { BlockDeviceSample, Waiting } from '../../model/sample.ts';

/** From here on the kernel means "no limit": 2^63 − 4096 on cgroup v1, 2^64 − 1 where a sum ran over. */
const NO_LIMIT = 2 ** 63 - 2 ** 20;
const MICROSECONDS = 1e6;

/** Up to here each step of reading a number digit by digit is exact. */
const EXACT_DIGITS = 15;
const [ZERO, NINE] = [48, 57];

/**
 * A file that holds one number. Undefined for `max`, for what the kernel takes for no limit, and for what is no number.
 */
export function parseNumber(text: string): number | undefined {
  return digitsBetween(text, 0, text.endsWith('\n') ? text.length - 1 : text.length);
}

/** Without a piece of text for each number: some 60 are read of each container. */
export function digitsBetween(text: string, from: number, end: number): number | undefined {
  if (end <= from) return undefined;
  let value = 0;
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return undefined;
    value = value * 10 + code - ZERO;
  }
  if (end - from > EXACT_DIGITS) value = Number(text.slice(from, end));
  return value < NO_LIMIT ? value : undefined;
}

/** The number behind a key in a file of `key number` lines; lines that nobody asks for are not looked at. */
export function parseKey(text: string, key: string): number | undefined {
  const begin = lineBegin(text, key);
  return begin === -1 ? undefined : digitsBetween(text, begin + key.length + 1, lineEnd(text, begin));
}

/** Where the line of this first word begins; -1: nowhere. */
function lineBegin(text: string, word: string): number {
  const line = `${word} `;
  if (text.startsWith(line)) return 0;
  const before = text.indexOf(`\n${line}`);
  return before === -1 ? -1 : before + 1;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/**
 * `io.stat`: `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6`. A device that did nothing has no line, or only its
 * number; kernels 5.14 to 5.16 then go on in the same line: `7:1 7:0 8:0 rbytes=…` is of 8:0.
 */
export function parseIoStat(text: string): readonly BlockDeviceSample[] {
  const devices = text.split('\n').flatMap((line) => {
    const words = line.split(' ');
    const at = words.findLastIndex((word) => DEVICE.test(word));
    const [device, ...pairs] = words.slice(Math.max(at, 0));
    if (device === undefined || at === -1) return [];
    const values = new Map(
      pairs.map((pair) => pair.split('=')).map(([key = '', value = '']) => [key, parseNumber(value)]),
    );
    return addOperations(device, {
      readBytes: values.get('rbytes'),
      writtenBytes: values.get('wbytes'),
      reads: values.get('rios'),
      writes: values.get('wios'),
    });
  });
  return devices.sort(byDevice);
}

/** `blkio.throttle.io_service_bytes_recursive` and `…io_serviced_recursive`: `8:0 Read 1`, `8:0 Write 2`, sums, `Total 3`. */
export function parseBlkio(bytes: string, operations: string): readonly BlockDeviceSample[] {
  const [sizes, counts] = [readOperations(bytes), readOperations(operations)];
  const devices = [...new Set([...sizes.keys(), ...counts.keys()])].flatMap((device) =>
    addOperations(device, {
      readBytes: sizes.get(device)?.get('Read'),
      writtenBytes: sizes.get(device)?.get('Write'),
      reads: counts.get(device)?.get('Read'),
      writes: counts.get(device)?.get('Write'),
    }),
  );
  return devices.sort(byDevice);
}

/** major:minor */
const DEVICE = /^\d+:\d+$/;

function readOperations(text: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const devices = new Map<string, Map<string, number>>();
  // Of a container that has read and written nothing there is only a sum.
  if (!text.includes(':')) return devices;
  for (const line of text.split('\n')) {
    const [device = '', operation = '', number = ''] = line.split(' ');
    const value = parseNumber(number);
    if (!DEVICE.test(device) || value === undefined) continue;
    const values = devices.get(device) ?? new Map<string, number>();
    devices.set(device, values.set(operation, value));
  }
  return devices;
}

type Operations = { readonly [K in keyof Omit<BlockDeviceSample, 'device'>]: number | undefined };

function addOperations(device: string, operations: Operations): readonly BlockDeviceSample[] {
  const known = Object.entries(operations).filter(([, value]) => value !== undefined);
  return known.length === 0 ? [] : [{ device, ...Object.fromEntries(known) }];
}

function byDevice(a: BlockDeviceSample, b: BlockDeviceSample): number {
  return a.device < b.device ? -1 : 1;
}

const TOTAL = ' total=';

/** `cpu.pressure` and its like: `some avg10=0.00 avg60=0.00 avg300=0.00 total=1`, and `full …`; totals in microseconds. */
export function parsePressure(text: string): Waiting | undefined {
  const [some, full] = [readTotal(text, 'some'), readTotal(text, 'full')];
  if (some === undefined) return undefined;
  return { waitingSeconds: some / MICROSECONDS, ...(full !== undefined && { stalledSeconds: full / MICROSECONDS }) };
}

function readTotal(text: string, kind: 'some' | 'full'): number | undefined {
  const begin = lineBegin(text, kind);
  if (begin === -1) return undefined;
  const end = lineEnd(text, begin);
  const total = text.indexOf(TOTAL, begin);
  if (total === -1 || total >= end) return undefined;
  const from = total + TOTAL.length;
  const space = text.indexOf(' ', from);
  return digitsBetween(text, from, space === -1 ? end : Math.min(space, end));
}
