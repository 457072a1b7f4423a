/** Fields whose content is a secret, or often holds one, whatever it is. */
const SECRET_FIELD =
  /(?:password|passwd|passphrase|secret|token|credentials?|authorization|cookie|api[_-]?key|private[_-]?key|headers|^env|^environment)$/i;

// `user:password@` of a URL, up to its last @; the bound keeps a long text without one linear.
const URL_CREDENTIALS = /:\/\/[^/\s]{1,512}@/g;
const AUTH_SCHEME = /\b(Basic|Bearer) [\w+/.~=-]{16,}/g;
const ASSIGNMENT = /(password|passwd|passphrase|secret|token|api[_-]?key)=[^\s&"',;]+/gi;
/** Control characters but tab and line feed: what an engine says is not to move anybody's cursor. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * The safety net under the rule that secrets are not logged: a reviver for JSON.parse that takes out fields by their name
 * and, in any text, what looks like a credential.
 */
export function redact(field: string, value: unknown): unknown {
  if (SECRET_FIELD.test(field)) return '[redacted]';
  if (typeof value !== 'string') return value;
  return value
    .replace(CONTROL, '')
    .replace(URL_CREDENTIALS, '://[redacted]@')
    .replace(AUTH_SCHEME, '$1 [redacted]')
    .replace(ASSIGNMENT, '$1=[redacted]');
}
