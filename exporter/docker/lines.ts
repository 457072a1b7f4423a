const LINE_FEED = 0x0a;

/**
 * Tells of the lines in a stream of bytes, without their ends; empty ones are left out. A line over maxBytes is cut
 * there: its reader finds that it is no whole one, and those behind it still come (R48).
 */
export function createLines(maxBytes: number, onLine: (line: string) => void): (chunk: Buffer) => void {
  let line: Buffer[] = [];
  let size = 0;
  const append = (piece: Buffer) => {
    const kept = piece.subarray(0, maxBytes - size);
    if (kept.length === 0) return;
    line.push(kept);
    size += kept.length;
  };
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      append(chunk.subarray(start, end));
      const whole = line;
      line = [];
      size = 0;
      start = end + 1;
      if (whole.length > 0) onLine(join(whole).toString('utf8'));
    }
    append(chunk.subarray(start));
  };
}

/** A line that came in one piece, as nearly all do, is not copied. */
function join(pieces: readonly Buffer[]): Buffer {
  const [only, ...others] = pieces;
  return only !== undefined && others.length === 0 ? only : Buffer.concat(pieces);
}
