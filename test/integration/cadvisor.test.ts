import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { checkText } from '../bed/exposition-checks.ts';
import { needing } from '../bed/need.ts';
import { type Prometheus, startPrometheus } from '../bed/prometheus.ts';
import { waitFor } from '../bed/wait-for.ts';
import { createReading } from './scrapes.ts';

/** What the most used boards and rules ask for; container_fs_usage_bytes is what cannot be had. */
const ASKED_FOR = [
  'container_last_seen',
  'container_start_time_seconds',
  'container_cpu_usage_seconds_total',
  'container_cpu_user_seconds_total',
  'container_memory_usage_bytes',
  'container_memory_working_set_bytes',
  'container_memory_cache',
  'container_memory_rss',
  'container_network_receive_bytes_total',
  'container_network_receive_packets_dropped_total',
  'container_network_receive_errors_total',
  'container_network_transmit_bytes_total',
  'container_network_transmit_packets_dropped_total',
  'container_network_transmit_errors_total',
  'container_spec_memory_limit_bytes',
  'container_oom_events_total',
  'container_health_state',
];
/** The same of a container that does nothing, however often it is read. */
const SAME = [
  ['container_start_time_seconds', 'docker_container_start_time_seconds'],
  ['container_cpu_usage_seconds_total', 'docker_container_cpu_usage_seconds_total'],
  ['container_memory_usage_bytes', 'docker_container_memory_usage_bytes'],
  ['container_memory_working_set_bytes', 'docker_container_memory_working_set_bytes'],
  ['container_memory_cache', 'docker_container_memory_cache_bytes'],
  ['container_memory_rss', 'docker_container_memory_rss_bytes'],
  ['container_network_receive_errors_total', 'docker_container_network_receive_errors_total'],
  ['container_spec_memory_limit_bytes', 'docker_container_memory_limit_bytes'],
  ['container_threads', 'docker_container_pids'],
  ['container_oom_events_total', 'docker_container_oom_events_total'],
] as const;
const IMAGE = 'testbed/busybox:1';
const NAMES = ['idle', 'labelled', 'limited'];

describe("a real engine under cAdvisor's names", () => {
  describe('with three containers', needing('docker-28', 'prometheus-3', 'promtool-3', 'promtool-2'), () => {
    let engine: Engine;
    let exporter: Exporter;
    let prometheus: Prometheus;

    beforeAll(async () => {
      engine = await startEngine();
      const run = (name: string, ...options: readonly string[]) =>
        engine.docker('run', '-d', '--name', name, ...options, IMAGE, 'sleep', '1000');
      await run('idle');
      await run('labelled', '--label', 'com.example/team=shop', '--label', 'secret=hidden');
      await run('limited', '--memory=64m', '--cpus=0.5', '--cpu-shares=512', '--memory-reservation=32m');
      await engine.docker('run', '--name', 'ended', IMAGE, 'true');
      exporter = await startExporter({
        config: { hosts: [{ name: 'edge-1', url: engine.dockerHost }], containers: { labels: ['com.example/team'] } },
      });
      prometheus = await startPrometheus({
        config: {
          scrape_configs: [
            {
              job_name: 'cadvisor',
              scrape_interval: '1s',
              metrics_path: '/metrics/cadvisor',
              static_configs: [{ targets: [new URL(exporter.url).host] }],
            },
          ],
        },
      });
    });
    afterAll(async () => {
      await prometheus.stop();
      await exporter.stop();
      await engine.stop();
    });

    const read = async (path = '/metrics/cadvisor') => createReading(await (await exporter.get(path)).text(), 'text');

    test.each(ASKED_FOR)('each container that runs has %s, with its name, its image and its cgroup', async (name) => {
      const samples = (await read()).all(name);
      expect(samples.map(({ labels }) => labels['name'])).toEqual(NAMES);
      for (const { labels } of samples) {
        const id = await engine.docker('inspect', '--format', '{{.Id}}', labels['name'] ?? '');
        expect(labels).toMatchObject({ host: 'edge-1', image: IMAGE });
        expect(labels['id']).toMatch(new RegExp(`^/(docker/${id}|system\\.slice/docker-${id}\\.scope)$`));
      }
    });

    test('the machine is told with what the engine says of it', async () => {
      const [cpus, bytes] = (await engine.docker('info', '--format', '{{.NCPU}} {{.MemTotal}}')).split(' ').map(Number);
      const reading = await read();
      expect(reading.value('machine_cpu_cores', { host: 'edge-1' })).toBe(cpus);
      expect(reading.value('machine_memory_bytes', { host: 'edge-1' })).toBe(bytes);
    });

    test('limits are those that were configured, and 0 where there is none', async () => {
      const reading = await read();
      const of = (container: string) =>
        ['memory_limit_bytes', 'memory_reservation_limit_bytes', 'cpu_quota', 'cpu_period', 'cpu_shares'].map((what) =>
          reading.value(`container_spec_${what}`, { name: container }),
        );
      expect(of('limited')).toEqual([2 ** 26, 2 ** 25, 50_000, 100_000, 512]);
      expect(of('idle')).toEqual([0, 0, undefined, undefined, undefined]);
    });

    test('the labels of the allowlist are there, and no other', async () => {
      const { text, all } = await read();
      expect(all('container_last_seen').map(({ labels }) => labels['container_label_com_example_team'])).toEqual([
        undefined,
        'shop',
        undefined,
      ]);
      expect(text).not.toContain('hidden');
    });

    test('a container that does nothing has the values that it has at /metrics', async () => {
      await waitFor('two reads of which nothing lies in between', async () => {
        const [cadvisor, native] = [await read(), await read('/metrics')];
        const labels = { name: 'limited' };
        const told = SAME.map(([name]) => cadvisor.value(name, labels));
        expect(told.filter((value) => value === undefined)).toEqual([]);
        return JSON.stringify(told) === JSON.stringify(SAME.map(([, name]) => native.value(name, labels)));
      });
    });

    test('a container was seen just now', async () => {
      const beforeMs = Date.now();
      const atMs = ((await read()).value('container_last_seen', { name: 'idle' }) ?? 0) * 1000;
      expect(atMs).toBeGreaterThanOrEqual(beforeMs - 250);
      expect(atMs).toBeLessThanOrEqual(Date.now());
    });

    test('promtool finds fault with nothing but one name of cAdvisor', async () => {
      const { text } = await read();
      for (const version of ['2', '3'] as const) {
        const said = (await checkText(text, version)).replace(/^exit code 3: /, '');
        expect(said).toBe('container_memory_failcnt counter metrics should have "_total" suffix\n');
      }
    });

    test('Prometheus reads it, and answers what boards ask', async () => {
      await waitFor('two scrapes', async () => (await prometheus.query('count_over_time(up[1m]) >= 2')).length > 0);
      const names = async (expression: string) =>
        (await prometheus.query(expression)).map(({ metric }) => metric['name']).toSorted();
      expect(await names('sum by (name) (container_memory_working_set_bytes{image!=""})')).toEqual(NAMES);
      expect(await names('sum by (name) (rate(container_cpu_usage_seconds_total{name=~".+"}[1m]))')).toEqual(NAMES);
      expect(await names('container_memory_usage_bytes / (container_spec_memory_limit_bytes > 0)')).toEqual([
        'limited',
      ]);
      expect(await prometheus.query('count(container_last_seen{image!=""})')).toMatchObject([{ value: 3 }]);
      expect(await names('time() - container_last_seen{image!=""} > 60')).toEqual([]);
    });

    // The last: nobody starts the engine again.
    test('R22: of an engine that is down the kernel tells of the same containers, and nobody of their limits', async () => {
      const before = await read();
      await engine.kill();
      const after = await waitFor('what only the kernel tells', async () => {
        const now = await read();
        return now.all('container_spec_memory_limit_bytes').length === 0 && now;
      });
      for (const name of ['container_last_seen', 'container_cpu_usage_seconds_total', 'container_oom_events_total']) {
        expect(after.all(name).map(({ labels }) => labels)).toEqual(before.all(name).map(({ labels }) => labels));
      }
      expect(after.all('container_start_time_seconds')).toEqual([]);
      expect(after.value('machine_cpu_cores')).toBe(before.value('machine_cpu_cores'));
    });
  });
});
