import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import { at, type Get, serveEngine } from './client.ts';

const engines = [
  ['engine-28.5-cgroup2', { ...FLAVOURS['28.5'], cgroupVersion: 2 }],
  ['engine-28.5-cgroup1', { ...FLAVOURS['28.5'], cgroupVersion: 1 }],
  ['engine-20.10-cgroup1', { ...FLAVOURS['20.10'], cgroupVersion: 1 }],
] as const;

/** The paths of all keys; of a list, those of its first element. */
function keysOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return keysOf(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => [`${path}.${key}`, ...keysOf(inside, `${path}.${key}`)]);
}

const recorded = (engine: string, file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../golden/${engine}/${file}`, import.meta.url), 'utf8'));

/** The recording's counterpart of a container of ours. */
async function serveCounterpart(flavour: (typeof engines)[number][1]): Promise<Get> {
  const { engine, get } = await serveEngine({ flavour });
  engine.run({
    name: 'shop-web-1',
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
    networks: ['shopnet'],
    volumes: { 'shop-data': '/data' },
    healthcheck: { command: 'true', intervalSeconds: 2, retries: 2 },
    limits: { memoryBytes: 67_108_864, cpus: 0.5, pids: 50 },
  });
  engine.check('shop-web-1', { exitCode: 0, output: 'ok\n' });
  return get;
}

test.each(engines)('answers have all keys that %s has', async (name, flavour) => {
  const get = await serveCounterpart(flavour);
  const webIn = (list: unknown): unknown =>
    (list as readonly unknown[]).find((entry) => at(entry, 'Names', 0) === '/shop-web-1');
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [recorded(name, 'version.json'), (await get('/version')).json],
    [webIn(recorded(name, 'containers.json')), webIn((await get('/containers/json')).json)],
    [recorded(name, 'inspect/shop-web-1.json'), (await get('/containers/shop-web-1/json')).json],
    [recorded(name, 'stats/shop-web-1.json'), (await get('/containers/shop-web-1/stats?stream=0&one-shot=1')).json],
    [recorded(name, 'images.json'), (await get('/images/json')).json],
    [recorded(name, 'volumes.json'), (await get('/volumes')).json],
    [recorded(name, 'networks.json'), (await get('/networks')).json],
  ];
  const missing = pairs.flatMap(([theirs, ours]) => {
    const had = new Set(keysOf(ours));
    return keysOf(theirs).filter((key) => !had.has(key));
  });
  // Gone from the API since, and without meaning on 20.10 already.
  const known = name.includes('20.10') ? ['.HostConfig.KernelMemory', '.HostConfig.KernelMemoryTCP'] : [];
  expect(missing).toEqual(known);
});
