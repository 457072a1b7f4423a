/** The target is not as it should be; the message says how, in one line, and holds no secret. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
}

/** Whether the target is as it should be cannot be known now: no result at all is better than one that may be wrong. */
export class ProbeUnknown extends Error {
  override readonly name = 'ProbeUnknown';
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset by the target'],
  ['EPIPE', 'connection closed by the target'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ENETUNREACH', 'no route to the network'],
  ['ETIMEDOUT', 'no answer'],
  ['EADDRNOTAVAIL', 'no address of this machine to connect from'],
  ['EACCES', 'no right to connect'],
  ['EMFILE', 'too many open files in this process'],
]);

/** What went wrong, in one line for people: of errors that others made only the code is told, their text may hold anything. */
export function describeFailure(error: unknown): string {
  if (error instanceof ProbeFailure) return error.message;
  if (error instanceof AggregateError) return describeFailure(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const meaning = MEANINGS.get(code);
  if (meaning !== undefined) return meaning;
  if (error instanceof Error && error.cause !== undefined) return describeFailure(error.cause);
  return /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'failed for a reason that is not known';
}
