import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SimulatedEngine } from '../../../exporter/demo/engine.ts';
import { createInventory, type Inventory } from '../../../exporter/docker/inventory.ts';
import { parseEvent } from '../../../exporter/docker/parse/event.ts';
import type { DockerEvent } from '../../../exporter/model/event.ts';
import { serveEngine, timeText } from '../demo/client.ts';
import { connectTo } from './bed.ts';

const NAMES = ['web', 'db'] as const;
const signal = new AbortController().signal;

type Operation = (engine: SimulatedEngine, name: string) => void;

/** What can be done to a container, and what may be done whenever it can. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  run: (engine, name) => engine.run({ name, restart: { policy: 'always' } }),
  start: (engine, name) => engine.start(name),
  die: (engine, name) => engine.die(name),
  stop: (engine, name) => engine.stop(name),
  oom: (engine, name) => engine.oom(name),
  pause: (engine, name) => engine.container(name).status === 'running' && engine.pause(name),
  unpause: (engine, name) => engine.container(name).status === 'paused' && engine.unpause(name),
  rename: (engine, name) => engine.rename(name, `${name}-2`),
  back: (engine, name) => engine.rename(`${name}-2`, name),
  update: (engine, name) => engine.update(name, { memoryBytes: 64 * 2 ** 20 }),
  destroy: (engine, name) => engine.destroy(name),
};

/** What becomes of an event on its way. */
const FATES = ['told', 'told', 'told', 'doubled', 'late', 'lost'] as const;
type Fate = (typeof FATES)[number];

async function createBed() {
  const { engine, get, socketPath } = await serveEngine();
  const { api } = await connectTo({ url: `unix://${socketPath}` });
  const inventory = createInventory({
    inspect: (id) => api.inspectContainer(id, signal),
    concurrency: 4,
    areChangesTold: () => true,
    gathered: () => Promise.resolve(),
    onAnswer: () => undefined,
    onFailure: () => undefined,
    nowMs: () => performance.now(),
  });
  const list = () => api.listContainers(undefined, signal);
  const eventsSince = async (sinceNano: bigint) => {
    const until = timeText(engine.clock.nowNano());
    const { body } = await get(`/events?since=${timeText(sinceNano)}&until=${until}`);
    return body
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map(parseEvent);
  };
  return { engine, inventory, list, eventsSince };
}

const TIMES_TOLD = { told: 1, doubled: 2, late: 0, lost: 0 };

/** Of the engine, and of what we know of it. */
const truth = (engine: SimulatedEngine) =>
  engine.containers().map(({ id, name, status, limits }) => ({ id, name, status, memory: limits.memoryBytes }));
const known = (inventory: Inventory) =>
  [...inventory.containers()].map(({ id, description, facts }) => ({
    id,
    name: description.name,
    status: facts.state,
    memory: facts.limits.memoryBytes,
  }));
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const expectSame = (inventory: Inventory, engine: SimulatedEngine) =>
  expect([...known(inventory)].sort(byId)).toEqual([...truth(engine)].sort(byId));

const steps = fc.array(
  fc.record({
    operation: fc.constantFrom(...Object.keys(OPERATIONS)),
    name: fc.constantFrom(...NAMES),
    fates: fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 4 }),
    waits: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

test('R44: with all events, doubled or out of order, the inventory is what the engine has', async () => {
  await checkInventory({ fateOf: (fate) => (fate === 'lost' ? 'late' : fate), listsAtTheEnd: false });
});

test('R9: whatever was lost, doubled or out of order, after a list the inventory is what the engine has', async () => {
  await checkInventory({ fateOf: (fate) => fate, listsAtTheEnd: true });
});

interface Rules {
  readonly fateOf: (fate: Fate) => Fate;
  readonly listsAtTheEnd: boolean;
}

async function checkInventory({ fateOf, listsAtTheEnd }: Rules) {
  const { engine, inventory, list, eventsSince } = await createBed();
  /** Gives the events that come late. */
  const tell = (events: readonly DockerEvent[], fates: readonly Fate[]) =>
    events.filter((event, at) => {
      const fate = fateOf(fates[at % fates.length] ?? 'told');
      for (let time = 0; time < TIMES_TOLD[fate]; time++) inventory.apply(event);
      return fate === 'late';
    });
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const late: DockerEvent[] = [];
      for (const { operation, name, fates, waits } of given) {
        const before = engine.clock.nowNano();
        attempt(() => OPERATIONS[operation]?.(engine, name));
        late.unshift(...tell(await eventsSince(before), fates));
        if (waits) await inventory.settled();
        if (waits && !listsAtTheEnd && late.length === 0) expectSame(inventory, engine);
      }
      for (const event of late) inventory.apply(event);
      if (listsAtTheEnd) await inventory.readAll(list);
      await inventory.settled();
      expectSame(inventory, engine);
      for (const { id } of engine.containers()) engine.destroy(id);
      await inventory.readAll(list);
    }),
    { numRuns: 80 },
  );
}

/** An operation that is not possible now, on a name that is not there, does nothing. */
function attempt(operation: () => void): void {
  try {
    operation();
  } catch {
    // The engine said no.
  }
}
