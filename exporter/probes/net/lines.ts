import type { Duplex } from 'node:stream';
import type { LinearPattern } from '../../util/linear-pattern.ts';
import { ProbeFailure } from '../failure.ts';

/** What the other side of a connection says, line by line. */
export interface Lines {
  /** The next line, without what ends it; undefined when there is none before the end. */
  readonly next: () => Promise<string | undefined>;
  /** The next line that matches; undefined when the connection ended before one did. */
  readonly find: (pattern: LinearPattern) => Promise<string | undefined>;
  /** The next byte, as a character; undefined at the end. */
  readonly byte: () => Promise<string | undefined>;
  /** Lets go of the connection, for whoever speaks on it next. Throws when something was said that nobody asked for yet. */
  readonly release: () => void;
}

/** Longer ones are no text: they would only fill the memory. */
const MAX_LINE_BYTES = 8 * 1024;
const MAX_BYTES = 512 * 1024;
/** A pattern takes about 2 µs for an empty line. */
const MAX_LINES = 10_000;

/** Reads no faster than it is asked, and at its limits throws a ProbeFailure. */
export function createLines(stream: Duplex): Lines {
  let rest: Buffer = Buffer.alloc(0);
  let bytes = 0;
  let lines = 0;
  const more = async () => {
    const chunk = await readChunk(stream);
    if (chunk === undefined) return false;
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new ProbeFailure(`more than ${MAX_BYTES / 1024} KiB came`);
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    return true;
  };
  const take = (length: number, skip = 0) => {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length + skip);
    return taken;
  };
  const next = async () => {
    let from = 0;
    for (;;) {
      const end = rest.indexOf(LINE_FEED, from);
      if ((end < 0 ? rest.length : end) > MAX_LINE_BYTES) throw new ProbeFailure('a line of more than 8 KiB came');
      if (end >= 0) {
        if (++lines > MAX_LINES) throw new ProbeFailure(`more than ${MAX_LINES} lines came`);
        return toText(take(end, 1));
      }
      from = rest.length;
      if (!(await more())) return rest.length === 0 ? undefined : toText(take(rest.length));
    }
  };
  const find = async (pattern: LinearPattern) => {
    for (;;) {
      const line = await next();
      if (line === undefined || pattern.test(line)) return line;
    }
  };
  const byte = async () => (rest.length > 0 || (await more()) ? take(1).toString('latin1') : undefined);
  const release = () => {
    if (rest.length > 0) throw new ProbeFailure('the target went on in the clear where TLS begins');
  };
  return { next, find, byte, release };
}

const LINE_FEED = 0x0a;

function toText(line: Buffer): string {
  return line.toString('utf8').replace(/\r$/, '');
}

/** Undefined at the end of the stream. Leaves no listener behind. */
async function readChunk(stream: Duplex): Promise<Buffer | undefined> {
  for (;;) {
    const chunk: unknown = stream.read();
    if (Buffer.isBuffer(chunk)) return chunk;
    if (stream.readableEnded) return undefined;
    if (stream.errored !== null) throw stream.errored;
    if (stream.destroyed) throw new ProbeFailure('connection closed');
    await untilReadable(stream);
  }
}

function untilReadable(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      for (const event of EVENTS) stream.off(event, settle);
      resolve();
    };
    for (const event of EVENTS) stream.once(event, settle);
  });
}

const EVENTS = ['readable', 'end', 'error', 'close'] as const;
