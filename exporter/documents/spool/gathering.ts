/** Waits until it is worth while to write. */
export interface Gathering {
  /** So many bytes came; true when there are enough. */
  readonly add: (bytes: number) => boolean;
  /** Resolves when there are enough bytes or enough time has passed since the last restart. */
  readonly isEnough: () => Promise<void>;
  /** Nothing waits from now on. */
  readonly restart: () => void;
  /** Whatever waits is enough from now on. */
  readonly stop: () => void;
}

/** An fsync costs a disk as much as a thousand documents: the next one is no earlier, unless so much waits. */
const GATHER_MS = 10;
const GATHER_BYTES = 256 * 1024;

export function createGathering(): Gathering {
  let bytes = 0;
  let notBeforeMs = 0;
  let isStopped = false;
  let wake: () => void = () => undefined;
  return {
    add: (more) => {
      bytes += more;
      if (bytes < GATHER_BYTES) return false;
      wake();
      return true;
    },
    isEnough: async () => {
      const waitMs = notBeforeMs - performance.now();
      if (isStopped || bytes >= GATHER_BYTES || waitMs <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    restart: () => {
      bytes = 0;
      notBeforeMs = performance.now() + GATHER_MS;
    },
    stop: () => {
      isStopped = true;
      wake();
    },
  };
}
