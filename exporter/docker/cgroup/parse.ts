import type { BlockDeviceSample, InterfaceSample, Waiting } from '../../model/sample.ts';

/** From here on the kernel means "no limit": 2^63 − 4096 on cgroup v1, 2^64 − 1 where a sum ran over. */
const NO_LIMIT = 2 ** 63 - 2 ** 20;
const MICROSECONDS = 1e6;

/**
 * A file that holds one number. Undefined for `max`, for what the kernel takes for no limit, and for what is no number.
 */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  // Number('') is 0.
  if (!/^\d+$/.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return value < NO_LIMIT ? value : undefined;
}

/** The number behind a key in a file of `key number` lines; lines that nobody asks for are not looked at. */
export function parseKey(text: string, key: string): number | undefined {
  const line = `${key} `;
  const begin = text.startsWith(line) ? 0 : text.indexOf(`\n${line}`) + 1;
  if (begin === 0 && !text.startsWith(line)) return undefined;
  const end = text.indexOf('\n', begin);
  return parseNumber(text.slice(begin + line.length, end === -1 ? undefined : end));
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

/** `cpu.pressure` and its like: `some avg10=0.00 avg60=0.00 avg300=0.00 total=1`, and `full …`; totals in microseconds. */
export function parsePressure(text: string): Waiting | undefined {
  const [some, full] = [readTotal(text, 'some'), readTotal(text, 'full')];
  if (some === undefined) return undefined;
  return { waitingSeconds: some / MICROSECONDS, ...(full !== undefined && { stalledSeconds: full / MICROSECONDS }) };
}

function readTotal(text: string, kind: 'some' | 'full'): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${kind} `));
  return parseNumber(/ total=(\d+)(?: |$)/.exec(line ?? '')?.[1] ?? '');
}

/**
 * `/proc/PID/net/dev`: what the process' network namespace has, by name, without its loopback, the devices that a
 * kernel with tunnel modules puts into each namespace, and the inner side of an engine in the container: the engine
 * outside tells none of these either.
 */
export function parseNetDev(text: string): readonly InterfaceSample[] {
  return text
    .split('\n')
    .flatMap(readInterface)
    .sort((a, b) => (a.interface < b.interface ? -1 : 1));
}

const NOT_THE_CONTAINERS = new Set([
  'lo',
  'tunl0',
  'gre0',
  'gretap0',
  'erspan0',
  'ip_vti0',
  'ip6_vti0',
  'sit0',
  'ip6tnl0',
  'ip6gre0',
]);
/**
 * Bridges of an engine in the container, and the ends of its own containers' interfaces: their traffic is eth0's once more, and
 * their names come and go. U+FFFD stands for a byte that is no text: two names may become one.
 */
const INNER = /^(?:veth|docker|br-|podman|cni|cali|flannel|virbr)|\uFFFD/;
/** Eight of what was received, eight of what was sent. */
const COLUMNS = 16;

function readInterface(line: string): readonly InterfaceSample[] {
  // A name may hold a colon, of an alias; no number does.
  const colon = line.lastIndexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim();
  if (name === '' || NOT_THE_CONTAINERS.has(name) || INNER.test(name)) return [];
  const numbers = line
    .slice(colon + 1)
    .trim()
    .split(/ +/)
    .map(parseNumber);
  const [receiveBytes, receivePackets, receiveErrors, receiveDropped] = numbers;
  const [transmitBytes, transmitPackets, transmitErrors, transmitDropped] = numbers.slice(COLUMNS / 2);
  const values = {
    receiveBytes,
    receivePackets,
    receiveErrors,
    receiveDropped,
    transmitBytes,
    transmitPackets,
    transmitErrors,
    transmitDropped,
  };
  return numbers.length >= COLUMNS && isComplete(values) ? [{ interface: name, ...values }] : [];
}

function isComplete<T extends object>(values: T): values is { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.values(values).every((value) => value !== undefined);
}
