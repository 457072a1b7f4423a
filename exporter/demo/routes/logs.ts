import { rfc3339Nano } from '../clock.ts';
import { ApiError, type ApiReply, isTrue } from '../http/api.ts';
import { createMailbox } from '../http/mailbox.ts';
import { isAlive, type SimulatedContainer } from '../state/container.ts';
import type { LogLine } from '../state/log.ts';
import { findContainer } from '../state/lookup.ts';
import { parseTime } from './events.ts';
import type { RouteContext } from './index.ts';

/** What was written, and with `follow` what comes until the container ends. */
export function readLogs({ state, request: { query, signal }, minor, reference }: RouteContext): ApiReply {
  const container = findContainer(state, reference);
  const streams = (['stdout', 'stderr'] as const).filter((stream) => isTrue(query.get(stream)));
  if (streams.length === 0) throw new ApiError(400, 'Bad parameters: you must choose at least one stream');
  if (container.spec.logDriver === 'none') {
    throw new ApiError(501, 'configured logging driver does not support reading');
  }
  const [since = 0n, until] = [parseTime(query.get('since')), parseTime(query.get('until'))];
  const wanted = ({ stream, timeNano }: LogLine): boolean =>
    streams.includes(stream) && timeNano >= since && (until === undefined || timeNano <= until);
  const tail = /^\d+$/.test(query.get('tail') ?? '') ? Number(query.get('tail')) : Number.POSITIVE_INFINITY;
  const past = container.log.filter(wanted);
  const encode = encoder(container, { timestamps: isTrue(query.get('timestamps')) });
  const written = past.slice(Math.max(0, past.length - tail)).map(encode);
  const kind = container.spec.tty === true ? 'raw' : 'multiplexed';
  const chunks = createMailbox(written);
  if (isTrue(query.get('follow')) && isAlive(container)) {
    const unfollow = follow(container, {
      end: chunks.end,
      line: (line) => (wanted(line) ? chunks.push(encode(line)) : undefined),
    });
    signal.addEventListener('abort', unfollow);
  } else {
    chunks.end();
  }
  return {
    status: 200,
    ...(minor >= 42 ? { headers: { 'Content-Type': `application/vnd.docker.${kind}-stream` } } : {}),
    body: chunks,
  };
}

/** A terminal's output comes as it is; else each line in a frame: stream, three zeros, length. */
function encoder(
  { spec }: SimulatedContainer,
  { timestamps }: { readonly timestamps: boolean },
): (line: LogLine) => Buffer {
  return ({ stream, timeNano, text }) => {
    const stamp = timestamps ? Buffer.from(`${rfc3339Nano(timeNano)} `) : Buffer.alloc(0);
    const payload = Buffer.concat([stamp, Buffer.from(text)]);
    if (spec.tty === true) return payload;
    const header = Buffer.alloc(8);
    header.writeUInt8(stream === 'stdout' ? 1 : 2, 0);
    header.writeUInt32BE(payload.length, 4);
    return Buffer.concat([header, payload]);
  };
}

/** Returns what ends it. */
function follow(
  { followers }: SimulatedContainer,
  on: { readonly line: (line: LogLine) => void; readonly end: () => void },
): () => void {
  const follower = (line: LogLine | undefined): void => (line === undefined ? on.end() : on.line(line));
  followers.add(follower);
  return () => {
    followers.delete(follower);
    on.end();
  };
}
