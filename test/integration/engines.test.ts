import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { collectors } from '../../exporter/collectors/index.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { type CpuWindow, watchCpu } from './cpu-window.ts';
import { createScrapes, type Labels, type Reading, type Scrapes } from './scrapes.ts';
import { DOCKER_HOSTS, type SixEngines, startSixEngines } from './six-engines.ts';

// No probe is configured here.
const ALL_FAMILIES = collectors
  .filter(({ name }) => name !== 'probes')
  .flatMap(({ families }) => families.map(({ name }) => name));
/** The kernel's to count: block I/O only under some schedulers of cgroup v1, swap only where it is accounted for. */
const MAY_BE_ABSENT = /^docker_container_(block_.*|memory_swap_bytes)$/;
/** What Podman leaves out, and what its containers here do not have. */
const NOT_ON_PODMAN =
  /^docker_(container_(restart_given_up|memory_(working_set|rss|cache|peak|reservation)_bytes|memory_page_faults_total|health.*|network_.*|cpu_periods_total|cpu_throttled_.*)|event_last_timestamp_seconds)$/;
const LAST_EXIT = 'docker_container_last_exit_reason';
const STATES = {
  busy: 'running',
  'done-0': 'exited',
  'done-3': 'exited',
  frozen: 'paused',
  healthy: 'running',
  'host-net': 'running',
  idle: 'running',
  limited: 'running',
  made: 'created',
  'out-of-memory': 'exited',
  owner: 'running',
  sharer: 'running',
  starting: 'running',
  'two-nets': 'running',
  unhealthy: 'running',
} as const;
const RUNNING = Object.entries(STATES).flatMap(([name, state]) =>
  state === 'running' || state === 'paused' ? [name] : [],
);
const CPU_HOSTS = ['engine-28', 'containerd-store', 'engine-20', 'podman'] as const;
const CPU_WINDOW_MS = 30_000;

describe('one exporter on five ways to Docker and on Podman', () => {
  describe(
    'with a container of each kind',
    needing('docker-28', 'docker-20', 'podman', 'tls', 'ssh', 'promtool-3', 'promtool-2', 'openmetrics-parser'),
    () => {
      let bed: SixEngines;
      let scrapes: Scrapes;
      let reading: Reading;
      let cpu: ReadonlyMap<string, Promise<CpuWindow>>;

      beforeAll(async () => {
        bed = await startSixEngines();
        scrapes = createScrapes(bed.exporter);
        reading = await waitFor('the first health checks, and the reasons of ends', async () => {
          const now = await scrapes.read();
          const checked = now.all('docker_container_health_check_exit_code');
          // Of what ended before a host was connected, half a second later.
          const explained = DOCKER_HOSTS.every((host) => now.all(LAST_EXIT, { host, name: 'done-3' }).length > 0);
          return checked.length === 2 * DOCKER_HOSTS.length && explained && now;
        });
        // Its half a minute passes while the others run.
        cpu = new Map(
          await Promise.all(
            CPU_HOSTS.map(async (host) => {
              const { docker } = host === 'podman' ? bed.podman : bed.engines[host];
              const pid = Number(await docker('inspect', '--format', '{{.State.Pid}}', 'busy'));
              const window = watchCpu(scrapes, { host, name: 'busy', pid }, CPU_WINDOW_MS);
              // Its failure is told where it is waited for.
              window.catch(() => undefined);
              return [host, window] as const;
            }),
          ),
        );
      });
      afterAll(() => bed.stop());

      test.each(DOCKER_HOSTS)('%s is up, and every family has a series', (host) => {
        expect(reading.value('docker_up', { host })).toBe(1);
        expect(absentFamilies(reading, host)).toEqual([]);
      });

      test('Podman is up, and every family that it can fill has a series', () => {
        expect(reading.value('docker_up', { host: 'podman' })).toBe(1);
        expect(absentFamilies(reading, 'podman').filter((name) => !NOT_ON_PODMAN.test(name))).toEqual([]);
      });

      test('what Podman only pretends to count is left out, or told by the kernel’s files', () => {
        const host = 'podman';
        expect(reading.value('docker_container_cpu_limit_cores', { host, name: 'busy' })).toBe(0.2);
        // It answers no period at all of a quota that the kernel enforces, and an interface where there is none.
        expect(reading.value('docker_container_cpu_throttled_periods_total', { host, name: 'busy' })).toBeGreaterThan(
          0,
        );
        expect(reading.all('docker_container_network_receive_bytes_total', { host })).toEqual([]);
      });

      test.each([
        ['engine-28', { version: /^28\./, api_version: /^1\.51$/, storage_driver: /^overlay2$/ }],
        ['containerd-store', { version: /^28\./, api_version: /^1\.51$/, storage_driver: /^overlayfs$/ }],
        ['engine-20', { version: /^20\.10\./, api_version: /^1\.41$/, storage_driver: /^overlay2$/ }],
        ['podman', { version: /^\d+\./, api_version: /^1\.4\d$/, storage_driver: /^vfs$/ }],
      ])('%s is described as what it is', (host, expected) => {
        const labels = reading.all('docker_engine_info', { host })[0]?.labels ?? {};
        for (const [label, pattern] of Object.entries(expected)) expect(labels[label]).toMatch(pattern);
      });

      describe.each(DOCKER_HOSTS)('%s', (host) => {
        const of = (name: string, family: string, labels: Labels = {}) =>
          reading.value(`docker_container_${family}`, { host, name, ...labels });
        const stateOf = (name: string, now = reading) => now.which('state', 'docker_container_state', { host, name });

        test('each container is in the state that the engine gives it', () => {
          expect(Object.fromEntries(Object.keys(STATES).map((name) => [name, stateOf(name)]))).toEqual(STATES);
          // The other image store has another place for files, so there it is not left dead.
          expect(stateOf('doomed')).toBe(host === 'containerd-store' ? 'exited' : 'dead');
          const counted = reading.all('docker_containers', { host });
          expect(counted).toHaveLength(7);
          expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(Object.keys(STATES).length + 2);
        });

        test('trap 1: only what runs or is paused has samples', () => {
          const sampled = reading.all('docker_container_cpu_usage_seconds_total', { host });
          const names = sampled.flatMap(({ labels: { name } }) => (name === 'looping' ? [] : [name]));
          expect(names).toEqual(RUNNING);
        });

        test('trap 3: a restart loop is restarting between its runs, with the exit code of the last', async () => {
          const between = await waitFor('a wait between two runs', async () => {
            const now = await scrapes.read({ query: `?host=${host}` });
            return stateOf('looping', now) === 'restarting' && now;
          });
          const labels = { host, name: 'looping' };
          expect(between.value('docker_container_exit_code', labels)).toBe(7);
          expect(between.value('docker_container_engine_restarts', labels)).toBeGreaterThan(0);
          expect(between.all('docker_container_memory_usage_bytes', labels)).toEqual([]);
        });

        test('trap 24: an exit code is that of a run that is over', () => {
          const codes = ['done-0', 'done-3', 'out-of-memory'].map((name) => of(name, 'exit_code'));
          expect(codes).toEqual([0, 3, 137]);
          for (const name of ['idle', 'frozen', 'made']) expect(of(name, 'exit_code')).toBeUndefined();
        });

        test('trap 6: limits are those that were configured, and absent where there are none', () => {
          const limits = ['memory_limit_bytes', 'memory_reservation_bytes', 'cpu_limit_cores', 'pids_limit'];
          expect(limits.map((limit) => of('limited', limit))).toEqual([2 ** 26, 2 ** 25, 1, undefined]);
          expect(limits.map((limit) => of('idle', limit))).toEqual([2 ** 26, undefined, 0.5, 50]);
          expect(limits.map((limit) => of('owner', limit))).toEqual(limits.map(() => undefined));
        });

        test('health is what the checks found, and absent without them', () => {
          const statusOf = (name: string) => reading.which('status', 'docker_container_health', { host, name });
          const names = ['healthy', 'unhealthy', 'starting', 'idle'];
          expect(names.map(statusOf)).toEqual(['healthy', 'unhealthy', 'starting', undefined]);
          const exitCodes = names.map((name) => of(name, 'health_check_exit_code'));
          expect(exitCodes).toEqual([0, 9, undefined, undefined]);
          expect(of('unhealthy', 'health_failing_streak')).toBeGreaterThan(0);
        });

        test("trap 9: a shared network is told once, at its owner, and the machine's own not at all", () => {
          const interfacesOf = (name: string) =>
            reading
              .all('docker_container_network_receive_bytes_total', { host, name })
              .map(({ labels }) => labels['interface']);
          expect(interfacesOf('owner')).toEqual(['eth0']);
          expect(interfacesOf('two-nets')).toEqual(['eth0', 'eth1']);
          expect([...interfacesOf('sharer'), ...interfacesOf('host-net')]).toEqual([]);
        });

        test('trap 23: times are those of inspect, and absent for what never happened', async () => {
          const [idle, over, made] = inspected.parse(
            JSON.parse(await bed.engines[host].docker('inspect', 'idle', 'done-3', 'made')),
          );
          expect(of('idle', 'start_time_seconds')).toBeCloseTo(seconds(idle?.State.StartedAt), 2);
          expect(of('idle', 'created_timestamp_seconds')).toBeCloseTo(seconds(idle?.Created), 2);
          expect(of('idle', 'finish_time_seconds')).toBeUndefined();
          expect(of('done-3', 'finish_time_seconds')).toBeCloseTo(seconds(over?.State.FinishedAt), 2);
          expect(of('made', 'created_timestamp_seconds')).toBeCloseTo(seconds(made?.Created), 2);
          expect(of('made', 'start_time_seconds')).toBeUndefined();
        });

        test('the memory of an idle container is what docker stats shows', async () => {
          // Asked again where the kernel has just taken back a page in between.
          await waitFor('the same figure', async () => {
            const shown = await bed.engines[host].docker('stats', '--no-stream', '--format', '{{.MemUsage}}', 'idle');
            const now = await scrapes.read({ query: `?host=${host}` });
            const bytes = now.value('docker_container_memory_working_set_bytes', { host, name: 'idle' }) ?? 0;
            expect(`${asDockerShows(bytes)} / 64MiB`).toBe(shown);
            return true;
          });
        });
      });

      test('every text that was scraped is valid, and nothing was worth a warning', async () => {
        expect(await scrapes.faults()).toBe('');
        // It answers 503 until it is ready, which it tells.
        const log = bed.exporter
          .log()
          .split('\n')
          .filter((line) => !line.includes('/readyz'));
        expect(log.join('\n')).not.toMatch(/"log.level":"(warn|error)"|Warning/);
      });

      test.each(CPU_HOSTS)('%s: the CPU counter goes with the kernel over 30 s', { timeout: 60_000 }, async (host) => {
        const window = await cpu.get(host);
        if (window === undefined) throw new Error(`watch the CPU of ${host}`);
        expect(window.kernelSeconds).toBeGreaterThan(1);
        expect(Math.abs(window.toldSeconds / window.kernelSeconds - 1)).toBeLessThan(0.01);
        expect(await scrapes.faults()).toBe('');
      });
    },
  );
});

const inspected = z.array(
  z.object({ Created: z.string(), State: z.object({ StartedAt: z.string(), FinishedAt: z.string() }) }),
);

const absentFamilies = (reading: Reading, host: string): readonly string[] =>
  ALL_FAMILIES.filter((name) => !MAY_BE_ABSENT.test(name) && reading.all(name, { host }).length === 0);

const seconds = (time = ''): number => Date.parse(time) / 1000;

/** Four digits and a binary unit, as the client prints memory. */
const asDockerShows = (bytes: number): string => {
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(4))}${['B', 'KiB', 'MiB', 'GiB'][power] ?? ''}`;
};
