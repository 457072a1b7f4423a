import { redactText } from '../documents/redact.ts';

/** Fields whose content is a secret, or often holds one, whatever it is. */
const SECRET_FIELD =
  /(?:password|passwd|passphrase|secret|token|credentials?|authorization|cookie|api[_-]?key|private[_-]?key|headers|^env|^environment)$/i;

/** Control characters but tab and line feed: what an engine says is not to move anybody's cursor. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * The safety net under the rule that secrets are not logged: a reviver for JSON.parse that takes out fields by their name
 * and, in any text, what looks like a credential.
 */
export function redact(field: string, value: unknown): unknown {
  if (SECRET_FIELD.test(field)) return '[redacted]';
  if (typeof value !== 'string') return value;
  return redactText(value.replace(CONTROL, ''));
}
