import { createSimulatedEngine } from './engine.ts';
import { createShop } from './shop.ts';

const TICK_MS = 200;

/**
 * The engine of `npm run demo`: 30 containers of a shop whose load moves, with a restart loop, an OOM kill now and then,
 * a service whose health flips, jobs and deployments. The same seed gives the same shop; `speed` makes its time run
 * faster. Ends with the signal or with `close`.
 */
export async function startDemo({
  socketPath,
  seed = 'shop',
  speed = 1,
  signal,
}: {
  readonly socketPath: string;
  readonly seed?: string;
  readonly speed?: number;
  readonly signal: AbortSignal;
}): Promise<{ readonly close: () => Promise<void> }> {
  signal.throwIfAborted();
  const engine = createSimulatedEngine({ hostName: 'demo', cpus: 8, memoryBytes: 32 * 1024 ** 3 });
  const shop = createShop(engine, { seed, speed });
  await engine.listen({ socketPath });
  const timer = setInterval(() => shop.advance(engine.clock.elapsedSeconds() * speed), TICK_MS).unref();
  const close = async (): Promise<void> => {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
    await engine.close();
  };
  // Nobody waits for an end by signal, and it cannot fail: the server is listening.
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  return { close };
}
