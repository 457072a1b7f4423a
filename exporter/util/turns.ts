/**
 * Lets so many pass in one turn of the event loop, and whoever comes beyond in the next ones, in the order they came:
 * what answers all at once is not worked on all at once.
 */
export function createTurns(perTurn: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let passed = 0;

  const begin = () => {
    const admitted = waiting.splice(0, perTurn);
    passed = admitted.length;
    for (const pass of admitted) pass();
    if (passed > 0) setImmediate(begin);
  };

  return async () => {
    if (passed === perTurn) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return;
    }
    if (passed === 0) setImmediate(begin);
    passed++;
  };
}
