import type { SimulatedEngine } from './engine.ts';
import { composeSpec } from './shop/compose.ts';
import { deploy, healthChecks, job, memoryLeak, restartByHand, restartLoop, type Shop } from './shop/incidents.ts';
import { chatter } from './shop/log-lines.ts';
import { createRandom } from './shop/random.ts';
import { SERVICES, type Service } from './shop/services.ts';
import { type Actor, createTimeline, type Timeline } from './shop/timeline.ts';

/** Most of the shop has run for this long when the demo starts. */
const AGE_SECONDS = 3 * 86_400;

/** Fills the engine with 30 containers and returns what happens to them, in seconds since now. */
export function createShop(
  engine: SimulatedEngine,
  { seed, speed }: { readonly seed: string; readonly speed: number },
): Timeline {
  engine.clock.step(-AGE_SECONDS);
  for (const service of SERVICES) {
    for (let number = 1; number <= (service.replicas ?? 1); number += 1) {
      engine.create(composeSpec(service, { number, seed, speed }));
    }
  }
  for (const { name } of engine.containers()) {
    if (name !== 'edge-certificates-1') engine.start(name);
  }
  engine.pause('data-legacy-1');
  engine.clock.step(AGE_SECONDS - 3600);
  engine.stop('data-notebook-1', 143);
  engine.clock.step(3600);
  for (const { name, spec } of engine.containers()) {
    if (spec.healthcheck) engine.check(name, { exitCode: 0, output: 'ok\n' });
  }
  return createTimeline(actorsOf({ engine, random: createRandom(seed), seed, speed }));
}

function actorsOf(shop: Shop): readonly { readonly firstSeconds: number; readonly act: Actor }[] {
  const { engine, random } = shop;
  const names = engine.containers().map(({ name }) => name);
  const checked = names.filter((name) => engine.container(name).spec.healthcheck);
  return [
    { firstSeconds: 3, act: restartLoop(shop, 'shop-importer-1') },
    { firstSeconds: 1, act: memoryLeak(shop, serviceOf('shop', 'recommendations')) },
    { firstSeconds: 120, act: deploy(shop, serviceOf('shop', 'web')) },
    { firstSeconds: 10, act: job(shop, 'blog-cron-1', { runSeconds: 15, waitSeconds: 170 }) },
    { firstSeconds: 25, act: job(shop, 'data-report-1', { runSeconds: 40, waitSeconds: 260 }) },
    { firstSeconds: 600, act: restartByHand(shop, 'data-etl-1') },
    ...checked.map((name) => ({
      firstSeconds: 5 + 20 * random(),
      act: healthChecks(shop, name, name === 'shop-payments-1' ? { everySeconds: 240 } : undefined),
    })),
    ...names.map((name) => ({ firstSeconds: 5 * random(), act: chatter(shop, name, 4) })),
  ];
}

function serviceOf(project: string, name: string): Service {
  const found = SERVICES.find((service) => service.project === project && service.service === name);
  if (!found) throw new Error(`shop: there is no service ${name} in ${project}`);
  return found;
}
