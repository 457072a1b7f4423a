import type { Logger } from 'pino';
import type { DownReason, EngineFacts, HostSnapshot } from '../model/world.ts';
import { withResolvers } from '../util/with-resolvers.ts';
import { failureOf } from './error.ts';

export type HostStatus =
  | { readonly phase: 'starting' }
  | { readonly phase: 'up' }
  | { readonly phase: 'down'; readonly reason: DownReason; readonly error: string };

/** Whether an engine is up, logged once a change. */
export interface HostState {
  readonly status: () => HostStatus;
  readonly isStreaming: () => boolean;
  /** Resolves when the first attempt to connect has succeeded or failed. */
  readonly attempted: Promise<undefined>;
  /** What was learnt of an engine stays while it is down. */
  readonly snapshot: () => Pick<HostSnapshot, 'outcome' | 'engine'>;
  readonly learn: (engine: EngineFacts) => void;
  readonly goUp: () => void;
  readonly goDown: (error: unknown) => void;
  /** Up still: the stream is opened again at once. */
  readonly endStream: () => void;
}

export function createHostState(logger: Logger): HostState {
  const attempted = withResolvers<undefined>();
  let status: HostStatus = { phase: 'starting' };
  let engine: EngineFacts | undefined;
  let isStreaming = false;
  return {
    status: () => status,
    isStreaming: () => isStreaming,
    attempted: attempted.promise,
    snapshot: () => ({ outcome: outcomeOf(status), ...(engine && { engine }) }),
    learn: (facts) => {
      engine = facts;
    },
    goUp: () => {
      if (status.phase !== 'up') logger.info({ version: engine?.version }, 'engine up');
      status = { phase: 'up' };
      isStreaming = true;
      attempted.resolve(undefined);
    },
    goDown: (err) => {
      const reason = downReason(err);
      if (status.phase !== 'down' || status.reason !== reason) logger.warn({ reason, err }, 'engine down');
      status = { phase: 'down', reason, error: innermostMessage(err) };
      isStreaming = false;
      attempted.resolve(undefined);
    },
    endStream: () => {
      isStreaming = false;
    },
  };
}

function outcomeOf(status: HostStatus): HostSnapshot['outcome'] {
  switch (status.phase) {
    case 'up':
      return { ok: true };
    case 'starting':
      return { ok: false };
    case 'down':
      return { ok: false, reason: status.reason };
  }
}

function downReason(error: unknown): DownReason {
  const failure = failureOf(error);
  if (failure === 'gone') return 'protocol';
  return failure === 'aborted' ? 'unreachable' : failure;
}

/** The cause that says most: outer errors say what was being done. */
function innermostMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : innermostMessage(error.cause);
}
