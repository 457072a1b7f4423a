import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { collectors } from '../../exporter/collectors/index.ts';
import { createHost } from '../../exporter/docker/host.ts';
import { createIdentify } from '../../exporter/docker/identify.ts';
import { renderExposition } from '../../exporter/metrics/exposition.ts';
import type { HostSnapshot } from '../../exporter/model/world.ts';
import { waitFor } from '../bed/wait-for.ts';
import { createReplayEngine, recordedEngines } from './replay-engine.ts';

/** What the recorded engine answered, as a scrape: everything but ourselves. */
async function scrapeRecording(engine: string): Promise<string> {
  const info = await readRecorded(engine, 'info.json');
  // The recorded clock is ours too, else the two would differ by years.
  vi.setSystemTime(String(info['SystemTime']));
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-golden-'));
  const socketPath = join(directory, 'docker.sock');
  const replay = createReplayEngine(engine);
  await replay.listen({ socketPath });
  const host = createHost({
    name: 'golden',
    address: { url: `unix://${socketPath}` },
    timeoutMs: 5000,
    memoryFile: { path: '', read: () => undefined, write: () => Promise.resolve() },
    logger: pino({ level: 'silent' }),
    onCall: () => undefined,
    onSampleFailure: (failure) => expect.unreachable(`a sample failed: ${failure}`),
    onEvent: () => undefined,
  });
  const identify = createIdentify({
    host: 'golden',
    allowedLabels: ['a.b', 'newline', 'unicode'],
    isIncluded: () => true,
    isExpected: () => false,
    tags: () => [],
  });
  const view = { identify, minAgeSeconds: 0, expected: new Map() };
  try {
    await host.attempted;
    const snapshot = await waitFor('the reason of every end', async () => {
      const seen = await host.observe(view, 9500);
      return isSettled(seen) && seen;
    });
    const world = { hosts: [snapshot] };
    return [...renderExposition({ world, collectors, format: 'text', nowMs: () => 0 })].join('');
  } finally {
    await host.stop();
    await replay.close();
    await rm(directory, { recursive: true });
  }
}

/** Half a second after an event of an end came, its reason is. */
function isSettled({ containers, lifecycle }: HostSnapshot): boolean {
  const ended = containers.filter(({ facts }) => facts?.exitCode !== undefined);
  const explained = lifecycle?.containers.filter(({ lastExit }) => lastExit !== undefined);
  return explained?.length === ended.length;
}

async function readRecorded(engine: string, file: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(import.meta.dirname, engine, file), 'utf8');
  return JSON.parse(text) as Record<string, unknown>;
}

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => {
  vi.useRealTimers();
});

describe.each(recordedEngines())('a scrape of the recorded %s', (engine) => {
  let text = '';
  beforeAll(async () => {
    text = await scrapeRecording(engine);
  });

  it('is what was checked by hand', async () => {
    await expect(text).toMatchFileSnapshot(join(import.meta.dirname, engine, 'expected.prom'));
  });

  it('has the memory, processor time and traffic that docker stats makes of the same answers', async () => {
    const value = (name: string, container: string, more = '') =>
      Number(new RegExp(`^${name}\\{host="golden",name="${container}"[^}]*${more}\\} (.*)$`, 'm').exec(text)?.[1]);
    for (const name of ['burner', 'shop-web-1', 'twonets', 'frozen']) {
      const stats = (await readRecorded(engine, `stats/${name}.json`)) as unknown as DockerStats;
      const { usage, stats: of } = stats.memory_stats;
      const inactive = of['total_inactive_file'] ?? of['inactive_file'] ?? Number.NaN;
      expect(value('docker_container_memory_working_set_bytes', name)).toBe(usage - inactive);
      expect(value('docker_container_cpu_usage_seconds_total', name)).toBeCloseTo(
        stats.cpu_stats.cpu_usage.total_usage / 1e9,
        9,
      );
      for (const [device, counters] of Object.entries(stats.networks ?? {})) {
        const labels = `interface="${device}"`;
        expect(value('docker_container_network_receive_bytes_total', name, labels)).toBe(counters.rx_bytes);
        expect(value('docker_container_network_transmit_bytes_total', name, labels)).toBe(counters.tx_bytes);
      }
    }
  });
});

interface DockerStats {
  readonly memory_stats: { readonly usage: number; readonly stats: Readonly<Record<string, number>> };
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>>;
}
