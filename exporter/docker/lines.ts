const LINE_FEED = 0x0a;

/**
 * The lines of a stream of bytes without their ends; empty ones are left out. A line over maxBytes is cut there:
 * its reader finds that it is no whole one, and those behind it still come (R48).
 */
export async function* readLines(stream: AsyncIterable<unknown>, maxBytes: number): AsyncGenerator<string> {
  let line: Buffer[] = [];
  let size = 0;
  const append = (piece: Buffer) => {
    const kept = piece.subarray(0, maxBytes - size);
    if (kept.length === 0) return;
    line.push(kept);
    size += kept.length;
  };
  for await (const chunk of stream) {
    // A stream without an encoding gives buffers.
    const buffer = chunk as Buffer;
    let start = 0;
    for (let end = buffer.indexOf(LINE_FEED); end >= 0; end = buffer.indexOf(LINE_FEED, start)) {
      append(buffer.subarray(start, end));
      if (size > 0) yield join(line).toString('utf8');
      line = [];
      size = 0;
      start = end + 1;
    }
    append(buffer.subarray(start));
  }
}

/** A line that came in one piece, as nearly all do, is not copied. */
function join(pieces: readonly Buffer[]): Buffer {
  const [only, ...others] = pieces;
  return only !== undefined && others.length === 0 ? only : Buffer.concat(pieces);
}
