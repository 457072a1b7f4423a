import type { DockerEvent } from '../model/event.ts';
import { pause } from '../util/pause.ts';
import { withResolvers } from '../util/with-resolvers.ts';
import type { EngineApi } from './api.ts';
import { EngineError } from './error.ts';
import type { EventLedger } from './event-ledger.ts';
import type { EngineProduct } from './parse/engine.ts';
import { parseEvent } from './parse/event.ts';

/** Whether everything that happened since the last connection came along: unknown when nothing was seen before. */
export type Replay = 'complete' | 'gap' | 'unknown';

/** One connection to an engine's event stream. */
export interface EventFeed {
  readonly replay: Promise<Replay>;
  /** Resolves when the stream ends, which behind a proxy is nothing special. */
  readonly ended: Promise<void>;
}

export interface EventFeedOptions {
  readonly api: EngineApi;
  readonly product: EngineProduct;
  readonly ledger: EventLedger;
  /** The engine's clock at the connection, unix milliseconds. */
  readonly connectedAtMs: number;
  /** Called once for each event that is new. Must not wait: an engine drops events for a slow reader. */
  readonly onEvent: (event: DockerEvent) => void;
  /** The same for one that was seen before, by this process or an earlier one. */
  readonly onKnownEvent: (event: DockerEvent) => void;
  /** The same for what happened before our time. */
  readonly onEarlierEvent: (event: DockerEvent) => void;
  readonly onMalformed: (error: unknown) => void;
}

/** What Docker keeps, of all kinds together. */
const ENGINE_BUFFER = 256;
/** What is kept is sent at once; without a known event among it by now there is none. */
const REPLAY_MS = 1000;

/**
 * Subscribes to everything since the beginning of Docker's buffer: a known event among what it sends proves that
 * nothing was lost, whatever the engine's clock did; none proves the contrary (R9). Podman keeps all events, so there
 * it is everything since the last one known (R46).
 */
export async function openEventFeed(options: EventFeedOptions, signal: AbortSignal): Promise<EventFeed> {
  const { api, product, ledger, connectedAtMs } = options;
  const isFirst = ledger.isFirst();
  const newest = ledger.newestTimeNano();
  const resumeSeconds =
    newest === undefined
      ? Math.floor(ledger.beginsAtMs(connectedAtMs) / 1000)
      : Number(BigInt(newest) / 1_000_000_000n);
  const replay = withResolvers<Replay>();
  // Nobody may be waiting for it any more when the stream breaks.
  replay.promise.catch(() => undefined);
  if (product === 'podman') replay.resolve(isFirst ? 'unknown' : 'complete');
  else if (ledger.isEmpty()) replay.resolve('unknown');
  const receiver = createReceiver(options, {
    onKnown: () => replay.resolve('complete'),
    onBufferFull: () => replay.resolve('gap'),
  });

  const { ended } = await api.events(product === 'podman' ? resumeSeconds : 1, receiver.receive, signal);
  void pause(REPLAY_MS, signal).then(() => {
    replay.resolve('gap');
    receiver.endReplay();
  });
  ended.then(
    () => replay.reject(new EngineError('unreachable', 'the event stream ended during its replay')),
    (error: unknown) => replay.reject(error),
  );
  return { replay: replay.promise, ended };
}

interface ReplayListener {
  readonly onKnown: () => void;
  /** As many new events as the engine keeps, and no known one. */
  readonly onBufferFull: () => void;
}

function createReceiver(options: EventFeedOptions, listener: ReplayListener) {
  const { ledger, connectedAtMs, onEvent, onKnownEvent, onEarlierEvent } = options;
  const beginsAtNano = BigInt(ledger.beginsAtMs(connectedAtMs)) * 1_000_000n;
  // Only what is kept can be of before our time: what is live is new, whatever the engine's clock says.
  const replay = { isOver: false, mayBeOld: ledger.isEmpty() };
  let unknownEvents = 0;
  return {
    receive: (line: string) => {
      const event = parseLine(line, options);
      if (event === undefined) {
        if (isLoss(line, replay, ledger)) ledger.doubt();
        return;
      }
      // What happened before we first looked is not ours to count.
      const isOurs = !replay.mayBeOld || BigInt(event.timeNano) >= beginsAtNano;
      if (!(isOurs ? ledger.add(event) : ledger.seed(event))) {
        listener.onKnown();
        onKnownEvent(event);
      } else if (isOurs) {
        unknownEvents++;
        if (unknownEvents === ENGINE_BUFFER) listener.onBufferFull();
        onEvent(event);
      } else onEarlierEvent(event);
    },
    /** What comes is live from now on. */
    endReplay: () => void Object.assign(replay, { isOver: true, mayBeOld: false }),
  };
}

function parseLine(line: string, { onMalformed }: EventFeedOptions): DockerEvent | undefined {
  try {
    return parseEvent(line);
  } catch (error) {
    onMalformed(error);
    return undefined;
  }
}

interface ReplayNow {
  readonly isOver: boolean;
  /** What comes may be of before our time. */
  readonly mayBeOld: boolean;
}

/** Whether a line that is not understood may be an event that we do not know: an engine replays it like any other. */
function isLoss(line: string, { isOver, mayBeOld }: ReplayNow, ledger: EventLedger): boolean {
  const isNew = ledger.addUnreadable(line);
  return isOver || (isNew && !mayBeOld);
}
