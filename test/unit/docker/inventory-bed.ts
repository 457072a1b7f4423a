import { EngineError } from '../../../exporter/docker/error.ts';
import { createInventory } from '../../../exporter/docker/inventory.ts';
import type { ContainerState } from '../../../exporter/model/container.ts';
import type { EngineContainer } from '../../../exporter/model/engine-container.ts';
import type { DockerEvent } from '../../../exporter/model/event.ts';
import { type Resolvers, withResolvers } from '../../../exporter/util/with-resolvers.ts';

/** An id as engines give them. */
export const idOf = (letter: string) => letter.repeat(64);

/** What the test wants an answer to say; by default of a container that runs, and has a health check. */
interface Said {
  readonly name?: string;
  readonly hasHealthcheck?: boolean;
  readonly state?: ContainerState;
}

const container = (id: string, { name = 'web', hasHealthcheck = true, state = 'running' }: Said): EngineContainer => ({
  id,
  description: { name, labels: {}, image: 'app', hasHealthcheck },
  facts: { state, limits: {} },
  network: { networks: [], published: [], declared: [] },
  hasOomKilled: false,
});
export const event = (action: string, actorId: string, type = 'container'): DockerEvent => ({
  type,
  action,
  actorId,
  attributes: {},
  timeNano: '1795222185922293715',
});

/** Of a network: of Docker with the container as an attribute, of Podman as the actor. */
export const networkEvent = (action: string, container: string, actorId = 'f'.repeat(64)): DockerEvent => ({
  ...event(action, actorId, 'network'),
  attributes: actorId === container ? {} : { container },
});

/** An engine whose answers the test gives by hand, and a clock that it moves. */
export function createInventoryBed({
  concurrency = 4,
  areChangesTold = true,
  gathered = () => Promise.resolve(),
} = {}) {
  const asked: string[] = [];
  const failed: string[] = [];
  const open: { id: string; answer: Resolvers<EngineContainer> }[] = [];
  let now = 1000;
  const inventory = createInventory({
    inspect: (id) => {
      asked.push(id);
      const answer = withResolvers<EngineContainer>();
      open.push({ id, answer });
      return answer.promise;
    },
    concurrency,
    areChangesTold: () => areChangesTold,
    gathered,
    onAnswer: () => undefined,
    onFailure: (id) => failed.push(id),
    nowMs: () => now,
  });
  const take = (id: string) => {
    const at = open.findIndex((question) => question.id === id);
    const [question] = at < 0 ? [] : open.splice(at, 1);
    if (question === undefined) throw new Error(`nobody asked about ${id}`);
    return question.answer;
  };
  return {
    inventory,
    asked,
    /** Of whom it was said that they cannot be inspected. */
    failed,
    names: () => [...inventory.containers()].map(({ description }) => description.name),
    /** Lets everything happen that waits for nothing. */
    turn: () => new Promise(setImmediate),
    answer: async (id: string, said: Said | string = {}) => {
      take(id).resolve(container(id, typeof said === 'string' ? { name: said } : said));
      await new Promise(setImmediate);
    },
    refuse: async (id: string, failure: 'gone' | 'timeout') => {
      take(id).reject(new EngineError(failure, 'refused'));
      await new Promise(setImmediate);
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}
