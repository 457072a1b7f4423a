import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedEngine } from '../../exporter/demo/engine.ts';

/** What happens again and again, to one container after the other. */
export interface Happening {
  readonly events: number;
  readonly happen: (engine: SimulatedEngine, name: string) => void;
}

const EVENTS_PER_MINUTE = 10_000;
/** As engines have them, one after the other: in few bursts they cost less. */
const STEP_MS = 5;

export const healthcheck: Happening = {
  events: 3,
  happen: (engine, name) => {
    engine.exec(name, { command: '/bin/sh -c "wget -q -O - localhost:8080/health || exit 1"', exitCode: 0 });
  },
};

/** Two thirds are healthchecks; of the rest a third changes a container, and is asked about. */
export const everything: Happening = {
  events: 36,
  happen: (engine, name) => {
    for (let check = 0; check < 8; check++) healthcheck.happen(engine, name);
    // Its network goes and comes with it; then its health.
    engine.die(name, 3);
    engine.start(name);
    engine.setHealth(name, 'healthy');
    engine.kill(name, 1);
    for (const action of ['connect', 'disconnect']) {
      engine.emit({ type: 'network', action, actorId: 'n', attributes: { container: name, name: 'shop_default' } });
    }
    for (const action of ['mount', 'unmount']) {
      engine.emit({
        type: 'volume',
        action,
        actorId: `${name}-data`,
        attributes: { container: name, driver: 'local' },
      });
    }
    for (const action of ['pull', 'tag']) {
      engine.emit({ type: 'image', action, actorId: 'demo/app:1.0', attributes: { name: 'demo/app' } });
    }
  },
};

/** The containers that it happens to, with the labels that Compose gives. */
export const runContainers = (engine: SimulatedEngine, count: number): void => {
  for (let number = 1; number <= count; number++) {
    const compose = {
      project: 'shop',
      service: `web-${number}`,
      'container-number': '1',
      'config-hash': '5d1c0e6d8ac6d0d0a5b8c3c8f9f5e2a7b4c6d1e0f9a8b7c6d5e4f3a2b1c0d9e8',
      'project.config_files': '/srv/shop/compose.yml',
      'project.working_dir': '/srv/shop',
      oneoff: 'False',
      version: '2.40.3',
    };
    engine.run({
      name: `shop-web-${number}-1`,
      labels: Object.fromEntries(Object.entries(compose).map(([key, value]) => [`com.docker.compose.${key}`, value])),
      healthcheck: { command: 'wget -q -O - localhost:8080/health || exit 1', retries: 3, intervalSeconds: 10 },
    });
  }
};

/** Lets it happen as often as makes 10,000 events a minute, for so long; gives how many there were. */
export const flood = async (engine: SimulatedEngine, { events, happen }: Happening, forMs: number): Promise<number> => {
  const names = engine.containers().map(({ name }) => name);
  const startMs = performance.now();
  let times = 0;
  for (let elapsedMs = 0; elapsedMs < forMs; elapsedMs = performance.now() - startMs) {
    for (; times * events < (elapsedMs / 60_000) * EVENTS_PER_MINUTE; times++) {
      happen(engine, names[times % names.length] ?? '');
    }
    await delay(STEP_MS);
  }
  return times * events;
};
