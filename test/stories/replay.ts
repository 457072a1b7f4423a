/**
 * Serves a recorded story in real time, behind the same HTTP server as the simulated engine. Until `start` it stands still at the
 * beginning: the containers are prepared, and the engine's clock has the time of the recording, so that what happens from then
 * on is new to whoever connected before.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiServer, createApiServer } from '../../exporter/demo/http/server.ts';
import { withResolvers } from '../../exporter/util/with-resolvers.ts';
import type { EngineTurn, Recording } from './recording.ts';
import { answer } from './replay-answers.ts';
import { createReplayState } from './replay-state.ts';

export interface StoryReplay {
  /** Serves on a unix socket; resolves to its address in DOCKER_HOST's form. */
  readonly listen: (socketPath: string) => Promise<string>;
  /** Begins to tell. */
  readonly start: () => void;
  /** Resolves when all is told, rejects when it is closed before. The engine goes on answering. */
  readonly done: Promise<void>;
  readonly close: () => Promise<void>;
}

export function createStoryReplay(recording: Recording): StoryReplay {
  const clock = createReplayClock();
  const state = createReplayState(recording);
  const clockMs = () => recording.beganAtMs + clock.nowMs();
  const server = createApiServer({
    answer: async (request) => {
      const reply = await answer({ recording, state, until: clock.until, clockMs }, request);
      return { ...reply, headers: { ...recording.headers, ...reply.headers } };
    },
    nowMs: clockMs,
  });
  const door = createDoor(server);
  const closed = new AbortController();
  const tell = async (): Promise<void> => {
    for (const moment of recording.moments.filter(({ atMs }) => atMs > 0)) {
      await clock.until(moment.atMs, closed.signal);
      closed.signal.throwIfAborted();
      state.apply(moment);
      if ('engine' in moment) await door.turn(moment.engine);
    }
    await clock.until(recording.durationMs, closed.signal);
    closed.signal.throwIfAborted();
  };
  // What is there before anything happens.
  for (const moment of recording.moments) if (moment.atMs === 0) state.apply(moment);
  const done = clock.started.then(tell);
  // Nobody has to wait for it.
  done.catch(() => undefined);
  return {
    listen: door.open,
    start: clock.start,
    done,
    close: async () => {
      closed.abort(new Error('the replay was closed'));
      await server.close();
    },
  };
}

/** Stands at 0 until it is started. */
function createReplayClock() {
  const started = withResolvers<undefined>();
  let startedAtMs: number | undefined;
  const nowMs = () => (startedAtMs === undefined ? 0 : performance.now() - startedAtMs);
  return {
    nowMs,
    started: started.promise,
    start: () => {
      startedAtMs ??= performance.now();
      started.resolve(undefined);
    },
    /** Resolves then, or when the signal aborts. */
    until: async (atMs: number, signal: AbortSignal): Promise<void> => {
      // A timer may be a millisecond early.
      while (nowMs() < atMs && !signal.aborted) {
        await sleep(Math.max(1, atMs - nowMs()), undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** The socket of an engine that goes and comes. */
function createDoor(server: ApiServer) {
  let socketPath = '';
  let accept = (): void => undefined;
  const open = (path: string): Promise<string> => {
    socketPath = path;
    return server.listen({ socketPath });
  };
  return {
    open,
    turn: async (to: EngineTurn): Promise<void> => {
      accept();
      // A server cannot turn away new connections and keep the old ones, whose streams go on.
      if (to === 'refuses') accept = server.faults.add({ kind: 'reset', match: () => true });
      else if (to === 'ends') await server.close();
      else await open(socketPath);
    },
  };
}
