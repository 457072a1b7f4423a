/** Runs the job for each call, but never twice at once: those that come while it runs get one more run together. */
export function oneAtATime(job: () => Promise<void>): () => void {
  let isWanted = false;
  let isRunning = false;
  const runAll = async () => {
    isRunning = true;
    try {
      while (isWanted) {
        isWanted = false;
        await job();
      }
    } finally {
      isRunning = false;
    }
  };
  return () => {
    isWanted = true;
    if (!isRunning) void runAll();
  };
}
