import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scrapeFrom } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { PRODUCT_IN_VM2, startVm2, type Vm2 } from '../bed/vm2.ts';
import { waitFor } from '../bed/wait-for.ts';
import { seriesKey } from '../contract/exposition-rules.ts';
import { createScrapes, type Labels, type Reading, type Scrapes } from '../integration/scrapes.ts';

/** The machine is emulated: what takes a second elsewhere may take half a minute. */
const PATIENT = { timeoutMs: 600_000, intervalMs: 1000 };
/** Of the machine, in which the exporter that is no container listens where it does by default. */
const PORTS = { natively: 9713, 'in a container': 9714 } as const;
const configFor = (socket: string) => ({
  listen: { address: '0.0.0.0', allow_anonymous: true },
  hosts: (['api', 'kernel'] as const).map((source) => ({
    name: source,
    url: `unix://${socket}`,
    source,
    timeout: '60s',
  })),
});
const NODE = ['node', '--max-semi-space-size=4', '--heap-growing-percent=20'];
const IDLE = 'trap "exit 0" TERM; sleep 100000 & wait';
const CONTAINERS = {
  idle: [[], IDLE],
  // One of its processes needs more memory than there is, and is ended.
  limited: [
    ['--memory', '32m', '--memory-swap', '32m', '--cpus', '0.5', '--pids-limit', '20'],
    `tail /dev/zero; ${IDLE}`,
  ],
  busy: [['--cpus', '0.2'], 'while :; do :; done'],
} as const;
/** Our own is one more. */
const RUNNING = Object.keys(CONTAINERS).length + 1;
/** Of an idle container by the kernel and not by the API; its device is there as soon as it has read from one. */
const KERNEL_ONLY = [
  'docker_container_memory_events_total',
  'docker_container_memory_kernel_bytes',
  'docker_container_memory_peak_bytes',
  'docker_container_memory_swap_bytes',
  'docker_container_network_receive_errors_total',
  'docker_container_network_transmit_errors_total',
  ...['cpu', 'io', 'memory'].flatMap((resource) =>
    ['stalled', 'waiting'].map((how) => `docker_container_pressure_${resource}_${how}_seconds_total`),
  ),
];
const CPU = 'docker_container_cpu_usage_seconds_total';
const SAMPLED = /^docker_container_(cpu|memory|pids|network|block|pressure)_/;

/** What one source says of a container's counters. */
const countersOf = (reading: Reading, host: string, name: string): ReadonlyMap<string, number> =>
  new Map(
    reading.samples
      .filter((sample) => sample.labels['host'] === host && sample.labels['name'] === name && SAMPLED.test(sample.name))
      .map(({ name: family, labels: { host: _host, name: _name, ...labels }, value }) => [
        seriesKey(family, labels),
        value,
      ]),
  );

describe('on a machine with cgroup v2 and the systemd driver', () => {
  describe('an exporter beside its engine', needing('vm2', 'promtool-3', 'promtool-2', 'openmetrics-parser'), () => {
    let vm: Vm2;

    beforeAll(async () => {
      vm = await startVm2(Object.values(PORTS));
      await vm.write('/etc/docker/daemon.json', '{"live-restore": true}');
      await vm.exec('systemctl', 'reload', 'docker');
      for (const [name, [options, command]] of Object.entries(CONTAINERS)) {
        await vm.docker('run', '--detach', '--name', name, ...options, 'testbed/busybox:1', 'sh', '-c', command);
      }
      // One after the other: each takes the machine a minute to start.
      await startInContainer(vm);
      await isWhole(scrapesOf('in a container'));
      await startNatively(vm);
      await isWhole(scrapesOf('natively'));
    }, 1_800_000);
    afterAll(() => vm.stop());

    const scrapesOf = (where: keyof typeof PORTS): Scrapes =>
      createScrapes({ scrape: (options) => scrapeFrom(vm.urlOf(PORTS[where]), options) });
    const countOf = (reading: Reading, host: string) =>
      reading.value('harborlight_sample_source', { host, source: host });
    const isWhole = (scrapes: Scrapes): Promise<Reading> =>
      scrapes.until(
        'all samples from both sources',
        (reading) => countOf(reading, 'api') === RUNNING && countOf(reading, 'kernel') === RUNNING,
        PATIENT,
      );

    describe.each(['natively', 'in a container'] as const)('%s', (where) => {
      let scrapes: Scrapes;
      beforeAll(() => {
        scrapes = scrapesOf(where);
      });

      test('an idle container has the same counters from the API and from the kernel, which tells more', async () => {
        // Asked again where something happened between the two reads, such as a packet.
        const { api, kernel } = await waitFor(
          'the same counters',
          async () => {
            const reading = await isWhole(scrapes);
            const [api, kernel] = [countersOf(reading, 'api', 'idle'), countersOf(reading, 'kernel', 'idle')];
            expect(Object.fromEntries([...kernel].filter(([series]) => api.has(series)))).toEqual(
              Object.fromEntries(api),
            );
            return { api, kernel };
          },
          PATIENT,
        );
        // And bytes of its devices, where something had to be read from one.
        expect([...api.keys()].filter((series) => !series.includes('_block_'))).toHaveLength(16);
        const more = [...kernel.keys()].filter((series) => !api.has(series)).map((series) => series.split('"')[1]);
        expect([...new Set(more)].filter((name = '') => !name.includes('_block_')).sort()).toEqual(KERNEL_ONLY);
      });

      test('limits and what came of them are told as they are', async () => {
        const reading = await isWhole(scrapes);
        const of = (family: string, labels: Labels = {}) =>
          reading.value(`docker_container_${family}`, { host: 'kernel', name: 'limited', ...labels });
        expect(of('memory_peak_bytes')).toBe(32 * 2 ** 20);
        expect(of('memory_limit_bytes')).toBe(32 * 2 ** 20);
        expect(of('pids_limit')).toBe(20);
        expect(of('memory_events_total', { event: 'oom_kill' })).toBe(1);
        expect(of('memory_events_total', { event: 'max' })).toBeGreaterThan(0);
        expect(of('cpu_throttled_periods_total')).toBeGreaterThan(0);
      });

      test('what a busy container has used lies between what the kernel says before and after', async () => {
        const path = `/sys/fs/cgroup/system.slice/docker-${await vm.docker('inspect', '--format', '{{.Id}}', 'busy')}.scope/cpu.stat`;
        const usedSeconds = async () =>
          Number(/^usage_usec (\d+)$/m.exec(await vm.exec('cat', path))?.[1] ?? Number.NaN) / 1e6;
        const before = await usedSeconds();
        const reading = await isWhole(scrapes);
        const after = await usedSeconds();
        expect(after).toBeGreaterThan(before);
        for (const host of ['api', 'kernel']) {
          const told = reading.value(CPU, { host, name: 'busy' });
          expect(told).toBeGreaterThanOrEqual(before);
          expect(told).toBeLessThanOrEqual(after);
        }
      });
    });

    test('samples of the kernel go on while the engine is away, and those of the API do not', async () => {
      const exporters = [scrapesOf('natively'), scrapesOf('in a container')];
      const before = await Promise.all(exporters.map(isWhole));
      await vm.exec('systemctl', 'stop', 'docker.socket', 'docker.service');
      for (const [index, scrapes] of exporters.entries()) {
        const away = await scrapes.until(
          'samples without the engine',
          (reading) =>
            reading.all('docker_up').every(({ value }) => value === 0) && countOf(reading, 'kernel') === RUNNING,
          PATIENT,
        );
        const last = before[index]?.value(CPU, { host: 'kernel', name: 'busy' });
        expect(away.value(CPU, { host: 'kernel', name: 'busy' })).toBeGreaterThan(last ?? Number.NaN);
        expect(away.all(CPU, { host: 'api' })).toEqual([]);
        expect(away.all('docker_container_state')).toEqual([]);
      }
      await vm.exec('systemctl', 'start', 'docker.socket', 'docker.service');
      for (const scrapes of exporters) {
        await isWhole(scrapes);
        expect(await scrapes.faults()).toBe('');
      }
    });
  });
});

const startNatively = async (vm: Vm2): Promise<void> => {
  const directory = '/srv/natively';
  await vm.write(`${directory}/harborlight.yml`, JSON.stringify(configFor('/run/docker.sock')));
  const unit = ['--unit=harborlight', `--working-directory=${directory}`, '--setenv=UV_THREADPOOL_SIZE=16'];
  await vm.exec('systemd-run', ...unit, ...NODE, `${PRODUCT_IN_VM2}/dist/main.js`, 'start');
};

/** The machine's Node is lent to it: there is no image of the product here. */
const startInContainer = async (vm: Vm2): Promise<void> => {
  const directory = '/srv/in-a-container';
  const paths = { proc: '/host/proc', cgroup: '/host/sys/fs/cgroup', data: '/tmp/data' };
  // Not mounted itself: systemd makes another one when the engine starts again.
  const config = configFor('/host/run/docker.sock');
  await vm.write(`${directory}/harborlight.yml`, JSON.stringify({ ...config, paths }));
  const mounts = [
    ...['/usr', '/lib', '/lib64'].map((path) => `${path}:${path}:ro`),
    `${PRODUCT_IN_VM2}:/app:ro`,
    `${directory}:/config:ro`,
    '/:/host:ro',
  ].flatMap((mount) => ['--volume', mount]);
  const options = ['--detach', '--name', 'harborlight', '--publish', `${PORTS['in a container']}:9713`];
  const environment = ['--workdir', '/config', '--env', 'UV_THREADPOOL_SIZE=16'];
  const command = [...NODE, '/app/dist/main.js', 'start'];
  await vm.docker(
    'run',
    ...options,
    ...environment,
    ...mounts,
    'testbed/busybox:1',
    `/usr/bin/${command[0]}`,
    ...command.slice(1),
  );
};
