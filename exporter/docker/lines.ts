import { EngineError } from './error.ts';

const LINE_FEED = 0x0a;

/** The lines of a stream of bytes without their ends; empty ones are left out. Ends with an error at one over maxBytes. */
export async function* readLines(stream: AsyncIterable<unknown>, maxBytes: number): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    // A stream without an encoding gives buffers.
    const buffer = chunk as Buffer;
    rest = rest.length === 0 ? buffer : Buffer.concat([rest, buffer]);
    let start = 0;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED, start)) {
      if (end > start) yield rest.toString('utf8', start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > maxBytes) throw new EngineError('protocol', `line longer than ${maxBytes} bytes`);
  }
}
