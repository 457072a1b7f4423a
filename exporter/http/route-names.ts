/**
 * The pattern of ours that a path belongs to, or `unknown`: a caller cannot make series. `:name` stands for one part of
 * a path.
 */
export function createRouteNames(patterns: Iterable<string>): (path: string) => string {
  const routes = [...patterns].map((pattern) => [pattern, pattern.split('/')] as const);
  return (path) => {
    const parts = path.split('/');
    return routes.find(([, wanted]) => isMatch(parts, wanted))?.[0] ?? 'unknown';
  };
}

function isMatch(parts: readonly string[], wanted: readonly string[]): boolean {
  return (
    parts.length === wanted.length &&
    wanted.every((want, at) => (want.startsWith(':') ? parts[at] !== '' : parts[at] === want))
  );
}
