/** What is made anew when somebody asks for it, but not more often than this. */
export function renewedEach<T>(milliseconds: number, nowMs: () => number, make: () => T): () => T {
  let kept: { readonly value: T; readonly atMs: number } | undefined;
  return () => {
    if (kept === undefined || nowMs() - kept.atMs >= milliseconds) kept = { value: make(), atMs: nowMs() };
    return kept.value;
  };
}
