import { onTestFinished } from 'vitest';
import { connectEngine, type EngineApi, type EngineCall } from '../../../exporter/docker/api.ts';
import { type EventFeed, openEventFeed } from '../../../exporter/docker/event-feed.ts';
import type { EventLedger } from '../../../exporter/docker/event-ledger.ts';
import type { EngineProduct } from '../../../exporter/docker/parse/engine.ts';
import { type EngineAddress, openTransport } from '../../../exporter/docker/transport/index.ts';
import type { DockerEvent } from '../../../exporter/model/event.ts';

export interface Connected {
  readonly api: EngineApi;
  readonly calls: readonly EngineCall[];
}

/** Calls to an engine, over a transport that is closed with the test. */
export async function connectTo(address: EngineAddress, timeoutMs = 5000): Promise<Connected> {
  const transport = openTransport(address);
  onTestFinished(() => transport.close());
  const calls: EngineCall[] = [];
  const options = { transport, timeoutMs, observe: (call: EngineCall) => calls.push(call) };
  return { api: await connectEngine(options, new AbortController().signal), calls };
}

export interface OpenFeed {
  readonly feed: EventFeed;
  readonly events: readonly DockerEvent[];
  /** type action, in the order they came. */
  readonly actions: () => readonly string[];
  readonly malformed: readonly unknown[];
  readonly abort: AbortController;
}

/** The stream of an engine whose clock is the test's, closed with the test. */
export async function openFeed(
  address: EngineAddress,
  ledger: EventLedger,
  { product = 'docker', connectedAtMs = Date.now() }: { product?: EngineProduct; connectedAtMs?: number } = {},
): Promise<OpenFeed> {
  const { api } = await connectTo(address);
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const events: DockerEvent[] = [];
  const malformed: unknown[] = [];
  const feed = await openEventFeed(
    {
      api,
      product,
      ledger,
      connectedAtMs,
      onEvent: (event) => events.push(event),
      onKnownEvent: () => undefined,
      onEarlierEvent: () => undefined,
      onMalformed: (error) => malformed.push(error),
    },
    abort.signal,
  );
  // Each test says by itself how its stream ends.
  feed.ended.catch(() => undefined);
  return { feed, events, malformed, abort, actions: () => events.map(({ type, action }) => `${type} ${action}`) };
}
