import { ProbeFailure } from '../failure.ts';

/** What the parsers of HTTP and the connection under them say, as one line for people; other errors stay what they are. */
export function httpFailure(cause: Error, whenClosed: string): Error {
  if (cause instanceof ProbeFailure) return cause;
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'HPE_HEADER_OVERFLOW') return new ProbeFailure('the head of the answer is too large', { cause });
  if (code.startsWith('HPE_')) return new ProbeFailure(`the answer is not HTTP: ${words(code)}`, { cause });
  // A reset is told by a system call; without one Node.js means the end of the connection.
  if (code === 'ECONNRESET' && !('syscall' in cause)) return new ProbeFailure(whenClosed, { cause });
  if (code.startsWith('ERR_HTTP2_')) return new ProbeFailure(`HTTP/2: ${describeHttp2(cause, code)}`, { cause });
  return cause;
}

function words(code: string): string {
  return code
    .replace(/^(HPE|ERR_HTTP2|NGHTTP2)_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}

/** The text of a stream's or session's error holds the code that the server gave. */
function describeHttp2({ message }: Error, code: string): string {
  return words(/NGHTTP2_[A-Z0-9_]+/.exec(message)?.[0] ?? code);
}

/** RFC 9113, section 7, by their numbers. */
const RESETS = [
  'no error',
  'protocol error',
  'internal error',
  'flow control error',
  'settings timeout',
  'stream closed',
  'frame size error',
  'refused stream',
  'cancel',
  'compression error',
  'connect error',
  'enhance your calm',
  'inadequate security',
  'http 1 1 required',
];

/** Of the code that a server resets a stream with. */
export function describeReset(code: number): string {
  return `HTTP/2: ${RESETS[code] ?? `reset with code ${code}`}`;
}
