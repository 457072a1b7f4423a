/** Escapes a label's value for both formats; half of a surrogate pair, which UTF-8 cannot carry, becomes U+FFFD. */
export function escapeLabelValue(value: string): string {
  return value.replace(LABEL_SPECIALS, escapeCharacter);
}

/** Escapes help for text 0.0.4, which leaves quotes as they are. */
export function escapeTextHelp(help: string): string {
  return help.replace(/[\\\n]/g, escapeCharacter);
}

/** Escapes help for OpenMetrics. */
export function escapeOpenMetricsHelp(help: string): string {
  return help.replace(/["\\\n]/g, escapeCharacter);
}

// In a pattern with the u flag \p{Cs} matches a surrogate only where its other half is missing.
const LABEL_SPECIALS = /["\\\n\p{Cs}]/gu;

function escapeCharacter(character: string): string {
  switch (character) {
    case '\\':
      return '\\\\';
    case '"':
      return '\\"';
    case '\n':
      return '\\n';
    default:
      return '\uFFFD';
  }
}
