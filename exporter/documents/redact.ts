/**
 * A text without what looks like a credential, at most so many characters of it. Each pattern takes time in proportion
 * to the text: what follows a beginning cannot be a beginning, and has a bound.
 */
export function redactText(text: string, maxCharacters = Number.POSITIVE_INFINITY): string {
  if (text.length <= maxCharacters) return redact(text);
  // A credential is known by its end, too: what is cut off there is looked at.
  const seen = redact(text.slice(0, maxCharacters + LOOK_AHEAD_CHARACTERS));
  // Never between the two halves of a code point.
  return `${seen.slice(0, maxCharacters).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const LOOK_AHEAD_CHARACTERS = 1024;

function redact(text: string): string {
  if (!MAY_MATCH.test(text)) return text;
  return PATTERNS.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text);
}

const VALUE = `(?:"[^"\\n]{0,2048}"?|'[^'\\n]{0,2048}'?|[^\\s&"',;)}\\]]{1,2048})`;
const PASSWORD = 'password|passwd|passphrase|secret';
const KEY = `${PASSWORD}|pwd|token|credentials?|(?:api|access|account|private|secret|shared)[_-]?key|sig|signature`;

/**
 * One word of each pattern below: most texts, such as names of containers and images, have none, and one search tells
 * it at a fraction of the cost of all.
 */
const MAY_MATCH = new RegExp(
  `-----BEGIN |://|authorization|api-key|cookie|Basic |Bearer |eyJ|AKIA|ASIA|AIza|ya29|gh[pousr]_|github_pat_|glpat-|xox|[sr]k_|${KEY}`,
  'i',
);

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN ([A-Z ]{0,32})PRIVATE KEY-----[^-]{0,16384}(?:-----END [A-Z ]{0,32}PRIVATE KEY-----)?/g,
    '[redacted key]',
  ],
  // `user:password@` of a URL, up to its last @.
  [/:\/\/[^/\s]{1,512}@/g, '://[redacted]@'],
  // A header's whole value, whatever its scheme.
  [
    /\b((?:proxy-)?authorization|x-api-key|(?:set-)?cookie)(["']?[^\S\n]{0,4}[:=][^\S\n]{0,4}["']?)[^\n"']{1,2048}/gi,
    '$1$2[redacted]',
  ],
  [/\b(Basic|Bearer) [\w+/.~=-]{16,4096}/gi, '$1 [redacted]'],
  // JSON web tokens: two objects in base64url that begin with {"
  [/\beyJ[\w-]{8,4096}\.[\w-]{8,8192}(?:\.[\w-]{0,4096})?/g, '[redacted token]'],
  // What says by itself whose it is: AWS, Google, GitHub, GitLab, Slack, Stripe.
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[redacted key]'],
  [/\bAIza[\w-]{35}/g, '[redacted key]'],
  [/\b(?:ya29\.|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[sr]k_(?:live|test)_)[\w.-]{16,512}/g, '[redacted token]'],
  [new RegExp(`(${KEY})(["']?[^\\S\\n]{0,3}=[^\\S\\n]{0,3})${VALUE}`, 'gi'), '$1$2[redacted]'],
  [new RegExp(`(${KEY})(["'][^\\S\\n]{0,3}:[^\\S\\n]{0,3})${VALUE}`, 'gi'), '$1$2[redacted]'],
  // Without quotes a colon is prose, too: "token: expired".
  [new RegExp(`(${PASSWORD})(:[^\\S\\n]{0,3})${VALUE}`, 'gi'), '$1$2[redacted]'],
];
