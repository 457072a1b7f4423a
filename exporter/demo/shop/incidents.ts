import type { EngineControls } from '../state/controls.ts';
import { composeSpec } from './compose.ts';
import { createLoad, leaking } from './profile.ts';
import type { Random } from './random.ts';
import type { Service } from './services.ts';
import type { Actor } from './timeline.ts';

/** What the incidents act on. */
export interface Shop {
  readonly engine: EngineControls;
  readonly random: Random;
  readonly seed: string;
  readonly speed: number;
}

/** Dies some seconds after each start; the restart policy starts it again a while later. */
export function restartLoop({ engine, random }: Shop, name: string): Actor {
  return () => {
    if (engine.container(name).status === 'restarting') {
      engine.start(name);
      engine.log(name, { stream: 'stdout', text: 'connecting to catalogue.example\n' });
      return 4 + 4 * random();
    }
    engine.log(name, { stream: 'stderr', text: 'fatal: catalogue.example: connection refused\n' });
    engine.die(name, 1);
    return 8 + 6 * random();
  };
}

/** Memory grows until the limit is hit, some minutes after each start. */
export function memoryLeak({ engine, random, seed, speed }: Shop, service: Service): Actor {
  const name = `${service.project}-${service.service}-1`;
  const load = createLoad(service.profile, { seed: `${seed} ${name}`, speed });
  let growing = false;
  return (nowSeconds) => {
    growing = !growing;
    if (!growing) {
      engine.oom(name);
      return 0.3;
    }
    engine.start(name);
    engine.setLoad(name, leaking(load, { sinceSeconds: nowSeconds / speed, mibPerSecond: 0.5, speed }));
    return 330 + 60 * random();
  };
}

/** Checks its health at the interval; for a minute in each `everySeconds` the checks fail. */
export function healthChecks({ engine }: Shop, name: string, failing?: { readonly everySeconds: number }): Actor {
  const { healthcheck } = engine.container(name).spec;
  return (nowSeconds) => {
    const fails = failing !== undefined && nowSeconds % failing.everySeconds > failing.everySeconds - 60;
    engine.check(name, fails ? { exitCode: 1, output: 'connection timed out\n' } : { exitCode: 0, output: 'ok\n' });
    return healthcheck?.intervalSeconds;
  };
}

/** Runs for a while, ends, and waits for its next hour; each fourth run fails. */
export function job(
  { engine, random }: Shop,
  name: string,
  times: { readonly runSeconds: number; readonly waitSeconds: number },
): Actor {
  let runs = 0;
  return () => {
    const { status } = engine.container(name);
    if (status === 'running') {
      runs += 1;
      engine.die(name, runs % 4 === 0 ? 1 : 0);
      // Tried once more by its policy, at once.
      return engine.container(name).status === 'restarting' ? 0.3 : times.waitSeconds * (0.8 + 0.4 * random());
    }
    engine.start(name);
    return times.runSeconds;
  };
}

/** All replicas get a new version, one after the other, as `docker compose up` replaces them. */
export function deploy({ engine, random, seed, speed }: Shop, service: Service): Actor {
  const { project, service: serviceName, image, replicas = 1 } = service;
  const [repository = image] = image.split(/:(?=[^/]*$)/);
  let version = 0;
  let number = replicas;
  return () => {
    number = (number % replicas) + 1;
    if (number === 1) {
      version += 1;
      engine.pull(`${repository}:2.4.${version}`);
    }
    const name = `${project}-${serviceName}-${number}`;
    const spec = composeSpec({ ...service, image: `${repository}:2.4.${version}` }, { number, seed, speed });
    const old = engine.container(name).id;
    // The new one waits under another name until the old one is gone.
    const created = engine.create({ ...spec, name: `${old.slice(0, 12)}_${name}` });
    engine.stop(old);
    engine.destroy(old);
    engine.rename(created, name);
    engine.start(created);
    if (number < replicas) return 5;
    engine.pruneImages();
    return 400 + 200 * random();
  };
}

/** Somebody restarts it now and then. */
export function restartByHand({ engine, random }: Shop, name: string): Actor {
  return () => {
    engine.restart(name, 143);
    return 1500 + 600 * random();
  };
}
