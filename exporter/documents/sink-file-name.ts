import { createHash } from 'node:crypto';

const PLAIN = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** How a sink is called on disk: a configured name may hold anything (R62). */
export function sinkFileName(sink: string): string {
  return PLAIN.test(sink) ? sink : `.${createHash('sha256').update(sink).digest('hex').slice(0, 16)}`;
}
