import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { createLines } from '../../exporter/docker/lines.ts';
import { parseProduct } from '../../exporter/docker/parse/engine.ts';
import { parseEvent } from '../../exporter/docker/parse/event.ts';
import { withResolvers } from '../../exporter/util/with-resolvers.ts';
import { pickHeaders, pickInfo } from './picks.ts';
import type { EngineTurn, Moment, Recording } from './recording.ts';
import type { Stage, Story } from './story.ts';
import { type Clock, type WatchedContainers, watchContainers } from './watch-containers.ts';

const POLL_MS = 25;
const RECONNECT_MS = 5;
/** What an engine still says after a story. */
const AFTERMATH_MS = 500;
const MAX_LINE_BYTES = 2 ** 18;

/** Plays a prepared story, and records what a client of its engine's socket sees meanwhile. */
export const recordStory = async (stage: Stage, socketPath: string, story: Story): Promise<Recording> => {
  const pool = new Pool('http://localhost', { socketPath, bodyTimeout: 0 });
  const headers = await ping(pool);
  const version = await getObject(pool, '/version');
  const info = await getObject(pool, '/info');
  const clock = createClock();
  const moments: Moment[] = [];
  const containers = watchContainers(pool, clock);
  const product = parseProduct(version);
  const watch = watchEngine({ pool, product, clock, moments, containers });
  await watch.opened;
  await story.run(stage);
  await sleep(AFTERMATH_MS);
  const durationMs = clock.nowMs();
  await watch.end();
  moments.push(...(await containers.moments()));
  await pool.destroy();
  return {
    story: story.name,
    product,
    beganAtMs: clock.beganAtMs,
    durationMs,
    headers: pickHeaders(headers),
    version,
    info: pickInfo(info),
    moments: moments.sort((a, b) => a.atMs - b.atMs),
  };
};

function createClock(): Clock {
  const [beganAtMs, startMs] = [Date.now(), performance.now()];
  return { beganAtMs, nowMs: () => Math.round((performance.now() - startMs) * 10) / 10 };
}

interface Watching {
  readonly pool: Pool;
  readonly product: Recording['product'];
  readonly clock: Clock;
  readonly moments: Moment[];
  readonly containers: WatchedContainers;
}

function watchEngine({ pool, product, clock, moments, containers }: Watching) {
  const ended = new AbortController();
  const isOver = (): boolean => ended.signal.aborted;
  const opened = withResolvers<undefined>();
  const seen = new Set<string>();
  let isOpened = false;
  let engine: EngineTurn = 'answers';
  const turn = (to: EngineTurn): void => {
    if (engine !== to) moments.push({ atMs: clock.nowMs(), engine: to });
    engine = to;
  };
  const note = (line: string): void => {
    const { timeNano, type, actorId } = parseEvent(line);
    const isNew = BigInt(timeNano) >= BigInt(clock.beganAtMs) * 1_000_000n && !seen.has(line);
    seen.add(line);
    if (!isNew) return;
    const atMs = clock.nowMs();
    moments.push({ atMs, event: line });
    if (type === 'container') void containers.ask(actorId, atMs);
  };
  const listen = async (): Promise<void> => {
    // Podman keeps all events, Docker those of its own life.
    const since = product === 'podman' ? Math.floor(clock.beganAtMs / 1000) : 1;
    const { body } = await pool.request({ method: 'GET', path: `/events?since=${since}`, signal: ended.signal });
    turn('answers');
    // What is there when the story begins was there before.
    const atMs = isOpened ? clock.nowMs() : 0;
    await Promise.all((await listIds(pool)).map((id) => containers.ask(id, atMs)));
    isOpened = true;
    opened.resolve(undefined);
    const split = createLines(MAX_LINE_BYTES, note);
    // A stream without an encoding gives buffers.
    for await (const chunk of body) split(chunk as Buffer);
  };
  const listenAgain = async (): Promise<void> => {
    while (!isOver()) {
      // Refused, cut, or at the end.
      await listen().catch(() => undefined);
      if (isOver()) return;
      turn('ends');
      await sleep(RECONNECT_MS);
    }
  };
  const poll = async (): Promise<void> => {
    while (!isOver()) {
      containers.poll();
      const isRefused = await ping(pool).then(
        () => false,
        () => true,
      );
      if (isRefused && engine === 'answers') turn('refuses');
      await sleep(POLL_MS);
    }
  };
  const working = Promise.all([listenAgain(), poll()]);
  return {
    /** Resolves when everything from now on is recorded. */
    opened: opened.promise,
    end: async () => {
      ended.abort();
      await working;
    },
  };
}

async function ping(pool: Pool) {
  const { headers, body } = await pool.request({ method: 'GET', path: '/_ping' });
  await body.dump();
  return headers;
}

async function getObject(pool: Pool, path: string): Promise<object> {
  const { body } = await pool.request({ method: 'GET', path });
  // The engine's answers are objects, arrays among them.
  return (await body.json()) as object;
}

async function listIds(pool: Pool): Promise<readonly string[]> {
  const listed = (await getObject(pool, '/containers/json?all=1')) as readonly { readonly Id: string }[];
  return listed.map(({ Id }) => Id);
}
