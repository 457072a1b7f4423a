import type { Logger } from 'pino';
import type { DownReason, EngineFacts, HostSnapshot } from '../model/world.ts';
import { withResolvers } from '../util/with-resolvers.ts';
import { failureOf } from './error.ts';

export type HostStatus =
  | { readonly phase: 'starting' }
  | { readonly phase: 'up'; readonly containers: number }
  | { readonly phase: 'down'; readonly reason: DownReason; readonly detail: string };

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

export interface HostStateOptions {
  readonly logger: Logger;
  /** Those known now. */
  readonly countContainers: () => number;
  readonly onStreamEnd: () => void;
}

export function createHostState({ logger, countContainers, onStreamEnd }: HostStateOptions): HostState {
  const attempted = withResolvers<undefined>();
  let status: 'starting' | 'up' | Extract<HostStatus, { phase: 'down' }> = 'starting';
  const statusNow = (): HostStatus => {
    if (status === 'starting') return { phase: status };
    return status === 'up' ? { phase: status, containers: countContainers() } : status;
  };
  let engine: EngineFacts | undefined;
  let isStreaming = false;
  return {
    status: statusNow,
    isStreaming: () => isStreaming,
    attempted: attempted.promise,
    snapshot: () => ({ outcome: outcomeOf(statusNow()), ...(engine && { engine }) }),
    learn: (facts) => {
      engine = facts;
    },
    goUp: () => {
      if (status !== 'up') logger.info({ version: engine?.version, containers: countContainers() }, 'engine up');
      status = 'up';
      isStreaming = true;
      attempted.resolve(undefined);
    },
    goDown: (err) => {
      const reason = downReason(err);
      const detail = innermostMessage(err);
      if (typeof status === 'string' || status.reason !== reason) logger.warn({ reason, detail }, 'engine down');
      status = { phase: 'down', reason, detail };
      isStreaming = false;
      attempted.resolve(undefined);
    },
    endStream: () => {
      isStreaming = false;
      onStreamEnd();
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
  // One error for each address of a name; their sum has no text of its own.
  if (error instanceof AggregateError) return innermostMessage(error.errors[0]);
  return error.cause === undefined ? error.message : innermostMessage(error.cause);
}
