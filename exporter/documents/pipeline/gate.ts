import type { SinkFailure } from '../sinks/sink.ts';
import { backoffMs } from './backoff.ts';

/** Whether the sink takes anything at all. */
export type SinkState =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly failure: SinkFailure; readonly message: string };

/** Holds back everything while the sink fails, and lets one request through now and then, to see. */
export interface Gate {
  readonly opensAtMs: () => number;
  /** Whether the last word was a failure: then one request at a time. */
  readonly isDoubted: () => boolean;
  readonly state: () => SinkState | undefined;
  /** A request that began before the last failure was told says nothing new: those under way together are one failure. */
  readonly failed: (trouble: Trouble) => void;
  readonly passed: () => void;
}

export interface Trouble {
  readonly failure: SinkFailure;
  readonly message: string;
  readonly sentAtMs: number;
  /** As the sink asks. */
  readonly retryAfterMs?: number | undefined;
}

export interface GateOptions {
  readonly maxBackoffMs: number;
  readonly nowMs: () => number;
  readonly random: () => number;
  /** Told once per change: of the state, or of the kind of failure. */
  readonly onState: (state: SinkState) => void;
}

/** A busy sink throttles now and then; it takes nothing when it does so again and again. */
const THROTTLED_IS_DOWN = 5;

export function createGate({ maxBackoffMs, nowMs, random, onState }: GateOptions): Gate {
  let failures = 0;
  let failedAtMs = -Infinity;
  let opensAtMs = -Infinity;
  let state: SinkState | undefined;
  const become = (next: SinkState) => {
    const isNews = state?.kind !== next.kind || failureOf(state) !== failureOf(next);
    state = next;
    if (isNews) onState(next);
  };
  return {
    opensAtMs: () => opensAtMs,
    isDoubted: () => failures > 0,
    state: () => state,
    failed: ({ failure, message, sentAtMs, retryAfterMs = 0 }) => {
      if (failures > 0 && sentAtMs < failedAtMs) return;
      failures++;
      failedAtMs = nowMs();
      const wait = Math.max(backoffMs(failures, maxBackoffMs, random), retryAfterMs);
      opensAtMs = failedAtMs + wait;
      if (failure !== 'throttled' || failures >= THROTTLED_IS_DOWN) become({ kind: 'down', failure, message });
    },
    passed: () => {
      failures = 0;
      opensAtMs = -Infinity;
      become({ kind: 'up' });
    },
  };
}

function failureOf(state: SinkState | undefined): SinkFailure | undefined {
  return state?.kind === 'down' ? state.failure : undefined;
}
