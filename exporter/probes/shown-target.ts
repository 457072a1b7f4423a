/** A target as it may be told: a query may hold a token. */
export function shownTarget(target: string): string {
  return target.replace(/[?#].*$/s, '');
}
