import { expect, test } from 'vitest';
import { createSimulatedEngine, type SimulatedEngine } from '../../../exporter/demo/engine.ts';
import { createShop } from '../../../exporter/demo/shop.ts';
import { startDemo } from '../../../exporter/demo/start-demo.ts';
import { at, clientOf, each, pastEvents, serve, standingTime } from './client.ts';

interface Run {
  readonly engine: SimulatedEngine;
  /** Lets shop time pass, tick by tick, and looks after each. */
  readonly pass: (seconds: number, look?: () => void) => void;
}

function openShop(seed: string): Run {
  const time = standingTime();
  const engine = createSimulatedEngine({ sourceNano: time.sourceNano, cpus: 8 });
  const shop = createShop(engine, { seed, speed: 1 });
  return {
    engine,
    pass: (seconds, look) => {
      for (let tick = 0; tick < seconds * 2; tick += 1) {
        time.pass(0.5);
        shop.advance(engine.clock.elapsedSeconds());
        look?.();
      }
    },
  };
}

test('30 containers run in four Compose projects, each state that one meets among them', () => {
  const { engine, pass } = openShop('a');
  pass(5);
  const containers = engine.containers();
  expect(containers).toHaveLength(30);
  expect(new Set(containers.map(({ spec }) => spec.labels?.['com.docker.compose.project']))).toEqual(
    new Set(['shop', 'blog', 'data', 'edge']),
  );
  expect(new Set(containers.map(({ status }) => status))).toEqual(
    new Set(['running', 'paused', 'exited', 'created', 'restarting']),
  );
  const modes = containers.map(({ spec }) => spec.networks?.[0]?.split(':')[0]);
  expect(modes).toEqual(expect.arrayContaining(['host', 'container']));
});

test('within half an hour there is a restart loop, an OOM kill, failing health, a failed job and a deployment', async () => {
  const { engine, pass } = openShop('a');
  const socketPath = await serve(engine);
  const seen = new Set<string>();
  const webBefore = engine.container('shop-web-1').id;
  pass(1800, () => {
    if (engine.container('shop-recommendations-1').oomKilled) seen.add('oom');
    if (engine.container('shop-payments-1').health?.status === 'unhealthy') seen.add('unhealthy');
    if (engine.container('data-report-1').exitCode === 1) seen.add('failed job');
  });
  expect(seen).toEqual(new Set(['oom', 'unhealthy', 'failed job']));
  expect(engine.container('shop-importer-1').restartCount).toBeGreaterThan(50);
  const web = engine.container('shop-web-1');
  expect(web.id).not.toBe(webBefore);
  expect(web.spec.image).toMatch(/^registry\.example\/shop\/web:2\.4\.[1-9]/);
  expect(engine.containers()).toHaveLength(30);
  expect(each(await pastEvents(engine, clientOf(socketPath)), 'Action')).toContain('die');
});

test('a deployment leaves no image behind that nobody uses', async () => {
  const { engine, pass } = openShop('a');
  const get = clientOf(await serve(engine));
  pass(3600);
  const images = (await get('/images/json')).json;
  expect(each(images, 'Containers')).not.toContain(0);
  expect((images as readonly unknown[]).length).toBe(new Set(engine.containers().map(({ imageId }) => imageId)).size);
});

test('load moves, and within a run no counter goes back', () => {
  const { engine, pass } = openShop('a');
  const names = ['shop-db-1', 'shop-search-1', 'data-warehouse-1'];
  const rates = new Map(names.map((name) => [name, new Set<number>()]));
  const before = new Map<string, number>();
  pass(1200, () => {
    for (const name of names) {
      // The engine reads usage when it is asked for; an update without a limit asks.
      engine.update(name, {});
      const { usage } = engine.container(name);
      expect(usage.cpuSeconds).toBeGreaterThanOrEqual(before.get(name) ?? 0);
      before.set(name, usage.cpuSeconds);
      rates.get(name)?.add(Math.round(usage.rates.cpuCores * 100));
    }
  });
  for (const distinct of rates.values()) expect(distinct.size).toBeGreaterThan(10);
});

test('the same seed gives the same shop, another one another', () => {
  const fingerprint = (seed: string): string => {
    const { engine, pass } = openShop(seed);
    pass(600);
    return JSON.stringify(
      engine
        .containers()
        .map(({ name, id, restartCount, exitCode, spec }) => [name, id, restartCount, exitCode, spec.load?.(600)]),
    );
  };
  expect(fingerprint('a')).toBe(fingerprint('a'));
  expect(fingerprint('b')).not.toBe(fingerprint('a'));
});

test('the demo serves the shop on a socket until its signal', async () => {
  const end = new AbortController();
  const socketPath = `/tmp/demo-${process.pid}.sock`;
  await startDemo({ socketPath, signal: end.signal });
  const get = clientOf(socketPath);
  const { json } = await get('/containers/json?all=1');
  expect(each(json, 'Status')).toContain('Up 3 days (healthy)');
  expect(at(json, 'length')).toBe(30);
  end.abort();
  await expect
    .poll(() =>
      get('/_ping').then(
        () => 'answers',
        () => 'gone',
      ),
    )
    .toBe('gone');
});
