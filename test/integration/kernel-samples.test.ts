import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { createScrapes, type Reading } from './scrapes.ts';

const IMAGE = 'testbed/busybox:1';
const RUNNING = ['idle', 'busy', 'frozen', 'host-net', 'sharer', 'elsewhere'];
/** Sample families that the engine's API never tells. */
const KERNEL_ONLY = [
  'docker_container_memory_events_total',
  'docker_container_memory_kernel_bytes',
  'docker_container_network_receive_errors_total',
  'docker_container_network_transmit_errors_total',
  'docker_container_pressure_cpu_waiting_seconds_total',
  'docker_container_pressure_memory_stalled_seconds_total',
];
/** Of one container by one host, without the host. */
const samplesOf = (reading: Reading, host: string, name: string): ReadonlyMap<string, number> =>
  new Map(
    reading.samples
      .filter(({ labels }) => labels['host'] === host && labels['name'] === name)
      .filter(({ name: family }) => /^docker_container_(cpu|memory|pids|network|block|pressure)/.test(family))
      .map(({ name: family, labels: { host: _host, ...labels }, value }) => [
        `${family} ${JSON.stringify(Object.entries(labels).sort())}`,
        value,
      ]),
  );

describe.each(['28', '20'] as const)('containers of a local engine %s', (version) => {
  describe('by the kernel’s files and by the API', needing(version === '28' ? 'docker-28' : 'docker-20'), () => {
    let engine: Engine;
    let exporter: Exporter;
    const hosts = (['kernel', 'api'] as const).map((source) => ({ name: `by-${source}`, source }));

    beforeAll(async () => {
      engine = await startEngine({ version });
      const run = (name: string, options: readonly string[], ...command: readonly string[]) =>
        engine.docker('run', '--detach', '--name', name, ...options, IMAGE, ...command);
      await run('idle', ['--memory', '64m', '--cpus', '0.5', '--pids-limit', '50'], 'sleep', '100000');
      await run('busy', ['--cpus', '0.2'], 'sh', '-c', 'while :; do :; done');
      await run('frozen', [], 'sleep', '100000');
      await run('host-net', ['--network', 'host'], 'sleep', '100000');
      await run('sharer', ['--network', 'container:idle'], 'sleep', '100000');
      await run('elsewhere', ['--cgroup-parent', '/docker/testbed-elsewhere'], 'sleep', '100000');
      await run('ended', [], 'true');
      await waitFor('a pause', () => engine.docker('pause', 'frozen'));
      exporter = await startExporter({ config: { hosts: hosts.map((host) => ({ ...host, url: engine.dockerHost })) } });
    });
    afterAll(async () => {
      await exporter.stop();
      await engine.stop();
    });

    const read = () =>
      createScrapes(exporter).until(
        'all samples of both',
        (reading) =>
          reading.value('harborlight_sample_source', { host: 'by-kernel', source: 'kernel' }) === RUNNING.length &&
          reading.value('harborlight_sample_source', { host: 'by-api', source: 'api' }) === RUNNING.length,
        { timeoutMs: 20_000 },
      );

    test('an idle or paused container has equal values, and more by the kernel’s files', async () => {
      const compared = (reading: Reading) =>
        ['idle', 'frozen', 'host-net', 'sharer', 'elsewhere'].map((name) => {
          const [kernel, api] = [samplesOf(reading, 'by-kernel', name), samplesOf(reading, 'by-api', name)];
          expect(api.size).toBeGreaterThan(10);
          return [Object.fromEntries([...kernel].filter(([series]) => api.has(series))), Object.fromEntries(api)];
        });
      // A new interface hears its neighbours for some seconds.
      const reading = await waitFor('two equal reads', async () => {
        const one = await read();
        return compared(one).every(([kernel, api]) => isDeepStrictEqual(kernel, api)) && one;
      });
      for (const [kernel, api] of compared(reading)) expect(kernel).toEqual(api);
    });

    test('what only the kernel’s files tell is there', async () => {
      const reading = await read();
      for (const family of KERNEL_ONLY) {
        expect(reading.all(family, { host: 'by-kernel', name: 'idle' }).length, family).toBeGreaterThan(0);
        expect(reading.all(family, { host: 'by-api' }), family).toEqual([]);
      }
      expect(reading.value('docker_container_pids_limit', { host: 'by-kernel', name: 'idle' })).toBe(50);
    });

    test('a busy container’s CPU is within the time between the two reads', async () => {
      const reading = await read();
      const cpu = (host: string) =>
        reading.value('docker_container_cpu_usage_seconds_total', { host, name: 'busy' }) ?? NaN;
      expect(Math.abs(cpu('by-kernel') - cpu('by-api'))).toBeLessThan(reading.durationMs / 1000);
    });

    test('both are valid to the foreign parsers', async () => {
      const scrapes = createScrapes(exporter);
      await scrapes.read();
      await scrapes.read();
      expect(await scrapes.faults()).toBe('');
    });
  });
});

describe('with nothing to set', needing('docker-28'), () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
    await engine.docker('run', '--detach', '--name', 'web', '--restart', 'always', IMAGE, 'sleep', '100000');
  });
  afterAll(() => engine.stop());

  const start = async ({ source = 'auto', ...config }: { readonly source?: string; readonly paths?: object } = {}) => {
    const exporter = await startExporter({
      config: { hosts: [{ name: 'edge-1', url: engine.dockerHost, source }], ...config },
    });
    onTestFinished(exporter.stop);
    return { exporter, scrapes: createScrapes(exporter) };
  };
  const cpu = (reading: Reading) => reading.value('docker_container_cpu_usage_seconds_total', { name: 'web' });

  test('R22: samples go on while the engine hangs', async () => {
    const { scrapes } = await start();
    await scrapes.until('a sample', (reading) => cpu(reading) !== undefined);
    process.kill(engine.pid(), 'SIGSTOP');
    try {
      const hung = await scrapes.until('its silence', (r) => r.value('docker_up') === 0, { timeoutMs: 20_000 });
      expect(cpu(hung)).toBeGreaterThan(0);
    } finally {
      process.kill(engine.pid(), 'SIGCONT');
    }
  });

  test('where the machine’s processes are not seen the engine is asked, and the log says once what to mount', async () => {
    const { exporter, scrapes } = await start({ paths: { proc: '/nowhere' } });
    const reading = await scrapes.until('a sample', (r) => cpu(r) !== undefined);
    await scrapes.read();
    expect(reading.value('harborlight_sample_source', { source: 'api' })).toBe(1);
    expect(reading.value('harborlight_sample_source', { source: 'kernel' })).toBe(0);
    const told = exporter
      .log()
      .split('\n')
      .filter((line) => line.includes('/proc:/host/proc:ro'));
    expect(told).toHaveLength(1);
  });

  test('with source kernel the engine is not asked: without files there is no sample', async () => {
    const { exporter, scrapes } = await start({ source: 'kernel', paths: { proc: '/nowhere' } });
    const reading = await scrapes.until('the engine', (r) => r.value('docker_up') === 1);
    expect(cpu(reading)).toBeUndefined();
    expect(reading.value('harborlight_samples_failed_total', { reason: 'refused' })).toBeGreaterThan(0);
    expect(reading.all('harborlight_engine_request_duration_seconds_count', { endpoint: 'stats' })).toEqual([]);
    expect(exporter.log()).toContain('/proc:/host/proc:ro');
  });

  // The last: it kills the engine of all of them.
  test('R22: samples go on while the engine is away, without facts, and end with their container', async () => {
    const { exporter, scrapes } = await start();
    const pid = Number(await engine.docker('inspect', '--format', '{{.State.Pid}}', 'web'));
    await scrapes.until('a sample', (reading) => cpu(reading) !== undefined);
    await engine.kill();
    const away = await scrapes.until('its end', (reading) => reading.value('docker_up') === 0);
    expect(cpu(away)).toBeGreaterThan(0);
    expect(away.all('docker_container_state')).toEqual([]);
    expect(away.all('docker_container_info')).toEqual([]);
    expect(away.value('harborlight_sample_source', { source: 'kernel' })).toBe(1);
    process.kill(pid, 'SIGKILL');
    const ended = await scrapes.until('the end of its sample', (reading) => cpu(reading) === undefined);
    expect(ended.value('docker_up')).toBe(0);
    await engine.start();
    await scrapes.until('both again', (r) => r.value('docker_up') === 1 && cpu(r) !== undefined, { timeoutMs: 20_000 });
    expect(await scrapes.faults()).toBe('');
    expect(exporter.log()).not.toContain('see remedy');
  });
});
