import fc from 'fast-check';
import type { EngineContainer } from '../../../../exporter/model/engine-container.ts';
import type { DockerEvent } from '../../../../exporter/model/event.ts';
import { BEGAN_SECONDS, containerOf, idOf } from './life-bed.ts';

/** What really happens to a container. */
interface Container {
  readonly key: string;
  readonly createdSeconds: number;
  name: string;
  status: 'created' | 'running' | 'restarting' | 'exited' | 'gone';
  startedSeconds?: number;
  finishedSeconds?: number;
  exitCode?: number;
  engineRestarts: number;
  ends: number;
  byPolicy: number;
}

type Action =
  | 'start'
  | 'hup'
  | 'stop as 28.5'
  | 'stop as 20.10'
  | 'kill'
  | 'end'
  | 'crash'
  | 'repaired crash'
  | 'oom'
  | 'oom of a child'
  | 'rename'
  | 'remove';

const ACTIONS: readonly Action[] = [
  'start',
  'start',
  'hup',
  'stop as 28.5',
  'stop as 20.10',
  'kill',
  'end',
  'crash',
  'repaired crash',
  'repaired crash',
  'oom',
  'oom of a child',
  'rename',
  'remove',
];

export interface Operation {
  readonly action: Action;
  readonly slot: number;
  readonly waitMs: number;
}

export const operations = fc.array(
  fc.record({
    action: fc.constantFrom(...ACTIONS),
    slot: fc.nat(2),
    waitMs: fc.constantFrom(1, 100, 499, 500, 501, 2000),
  }),
  { minLength: 1, maxLength: 60 },
);

/** What can be heard of it: an event, and what inspect says of its container right then. */
export interface Heard {
  readonly event: DockerEvent;
  readonly atSeconds: number;
  readonly container: EngineContainer | undefined;
  /** Ends of all containers until then. */
  readonly ends: number;
}

export interface Truth {
  readonly heard: readonly Heard[];
  readonly containers: readonly Readonly<Container>[];
}

/** Time between two events of one operation. */
const BETWEEN_MS = 4;

/** Some containers of an engine live as operations say, as far as their state allows it. */
export function live(operationsOfAll: readonly Operation[]): Truth {
  const containers: Container[] = [];
  const slots: (Container | undefined)[] = [];
  const heard: Heard[] = [];
  let nowMs = BEGAN_SECONDS * 1000;
  const tell = (container: Container, action: string, attributes: DockerEvent['attributes'] = {}) => {
    nowMs += BETWEEN_MS;
    const { key, name, status } = container;
    heard.push({
      event: {
        type: 'container',
        action,
        actorId: idOf(key),
        attributes: { name, image: 'app:1', ...attributes },
        timeNano: `${nowMs}000000`,
      },
      atSeconds: nowMs / 1000,
      container: status === 'gone' ? undefined : inspect(container),
      ends: containers.reduce((sum, { ends }) => sum + ends, 0),
    });
  };
  const surroundings: Surroundings = {
    tell,
    nowSeconds: () => nowMs / 1000,
    names: () => slots.map((one) => one?.name),
  };
  for (const { action, slot, waitMs } of operationsOfAll) {
    nowMs += waitMs;
    const known = slots[slot];
    if (known !== undefined && known.status !== 'gone') {
      act(known, action, surroundings);
      continue;
    }
    const created = createContainer(`${slot}-${containers.length}`, `web-${slot}`, nowMs / 1000);
    created.name = surroundings.names().includes(created.name) ? `${created.name}-${containers.length}` : created.name;
    containers.push(created);
    slots[slot] = created;
    tell(created, 'create');
  }
  return { heard, containers };
}

function createContainer(key: string, name: string, createdSeconds: number): Container {
  return { key, name, createdSeconds, status: 'created', engineRestarts: 0, ends: 0, byPolicy: 0 };
}

interface Surroundings {
  readonly tell: (container: Container, action: string, attributes?: DockerEvent['attributes']) => void;
  readonly nowSeconds: () => number;
  readonly names: () => readonly (string | undefined)[];
}

function act(container: Container, action: Action, surroundings: Surroundings): void {
  const { tell, names } = surroundings;
  const end = (exitCode: number, isRepaired = false) => {
    endRun(container, { exitCode, isRepaired }, surroundings);
  };
  const kill = (signal: string) => {
    tell(container, 'kill', { signal });
  };
  const say = (event: string) => {
    tell(container, event);
  };
  const whileRunning: Partial<Record<Action, readonly (() => void)[]>> = {
    hup: [() => kill('1')],
    'stop as 28.5': [() => kill('15'), () => say('stop'), () => end(0)],
    'stop as 20.10': [() => kill('15'), () => end(0), () => say('stop')],
    kill: [() => kill('9'), () => end(137)],
    end: [() => end(0)],
    crash: [() => end(3)],
    'repaired crash': [() => end(139, true)],
    oom: [() => say('oom'), () => end(137)],
    'oom of a child': [() => say('oom')],
  };
  const whileNot: typeof whileRunning = {
    start: [() => startRun(container, surroundings)],
    'stop as 28.5': [() => stopWaiting(container, surroundings)],
    remove: [() => setStatus(container, 'gone'), () => say('destroy')],
  };
  const steps = container.status === 'running' ? whileRunning : whileNot;
  for (const step of steps[action] ?? []) step();
  const other = `${container.key}-renamed`;
  if (action === 'rename' && !names().includes(other)) {
    container.name = other;
    say('rename');
  }
}

function setStatus(container: Container, status: Container['status']): void {
  container.status = status;
}

function endRun(
  container: Container,
  { exitCode, isRepaired }: { exitCode: number; isRepaired: boolean },
  { tell, nowSeconds }: Surroundings,
) {
  container.status = isRepaired ? 'restarting' : 'exited';
  container.finishedSeconds = nowSeconds();
  container.exitCode = exitCode;
  container.ends++;
  // When it decides on one.
  if (isRepaired) container.engineRestarts++;
  tell(container, 'die', { exitCode: String(exitCode) });
}

function startRun(container: Container, { tell, nowSeconds }: Surroundings) {
  // By hand it counts from 0 again (trap 4).
  if (container.status === 'restarting') container.byPolicy++;
  else container.engineRestarts = 0;
  container.status = 'running';
  container.startedSeconds = nowSeconds();
  tell(container, 'start');
}

/** It is told of by a stop alone, and keeps its count. */
function stopWaiting(container: Container, { tell }: Surroundings) {
  if (container.status !== 'restarting') return;
  container.status = 'exited';
  tell(container, 'stop');
}

function inspect({
  key,
  name,
  status,
  startedSeconds,
  finishedSeconds,
  exitCode,
  ...rest
}: Container): EngineContainer {
  const isEnded = status === 'exited' || status === 'restarting';
  return containerOf({
    id: key,
    name,
    state: status === 'gone' ? 'dead' : status,
    createdSeconds: rest.createdSeconds,
    engineRestarts: rest.engineRestarts,
    ...(startedSeconds !== undefined && { startedSeconds }),
    ...(finishedSeconds !== undefined && { finishedSeconds }),
    ...(isEnded && exitCode !== undefined && { exitCode }),
  });
}
