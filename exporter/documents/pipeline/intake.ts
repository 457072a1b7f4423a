import type { Parts } from './parts.ts';

/** Takes documents from the spool as they fit. */
export interface Intake {
  /** One read at a time, for one request's worth at most and no more than there is room for. */
  readonly read: () => void;
  /** When a spool that could not be read is tried again. */
  readonly nextReadMs: () => number | undefined;
}

const AGAIN_MS = 5_000;

export function createIntake(parts: Parts, signal: AbortSignal, wakeUp: () => void): Intake {
  const { reader, gathering, pace, pending, observe, nowMs, limits } = parts;
  let isReading = false;
  let againMs: number | undefined;
  const read = async (size: number) => {
    try {
      const documents = await reader.read(size, signal);
      for (const document of documents) pending.took(document);
      gathering.add(documents, nowMs());
      againMs = undefined;
    } catch (cause) {
      if (signal.aborted) return;
      observe.onError(new Error('read the spool', { cause }));
      againMs = nowMs() + AGAIN_MS;
    } finally {
      isReading = false;
      wakeUp();
    }
  };
  return {
    read: () => {
      const wanted = Math.min(pace.batchSize() - gathering.size(), limits.unacknowledgedSize - pending.size());
      if (isReading || wanted <= 0 || (againMs ?? 0) > nowMs()) return;
      isReading = true;
      void read(wanted);
    },
    nextReadMs: () => (isReading || (againMs ?? 0) <= nowMs() ? undefined : againMs),
  };
}
