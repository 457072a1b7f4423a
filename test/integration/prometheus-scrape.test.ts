import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { checkOpenMetrics, checkText } from '../bed/exposition-checks.ts';
import { needing } from '../bed/need.ts';
import { type Prometheus, startPrometheus } from '../bed/prometheus.ts';
import { waitFor } from '../bed/wait-for.ts';

const note = 'she said "no": C:\\temp\\new\nsecond line, ünïcode ✓';

describe('a real engine, the exporter and a real Prometheus', () => {
  describe(
    'together for a minute',
    needing('docker-28', 'prometheus-3', 'prometheus-2', 'promtool-3', 'promtool-2', 'openmetrics-parser'),
    () => {
      let engine: Engine;
      let exporter: Exporter;
      const servers = new Map<'3' | '2', Prometheus>();

      beforeAll(async () => {
        engine = await startEngine();
        await engine.fleet(10);
        await engine.docker(
          'run',
          '-d',
          '--name',
          'odd',
          '--label',
          `note=${note}`,
          'testbed/busybox:1',
          'sleep',
          '1000',
        );
        exporter = await startExporter({
          config: { hosts: [{ name: 'edge-1', url: engine.dockerHost }], containers: { labels: ['note'] } },
        });
        const job = (name: string, settings: object = {}) => ({
          job_name: name,
          scrape_interval: '5s',
          honor_labels: true,
          static_configs: [{ targets: [new URL(exporter.url).host] }],
          ...settings,
        });
        const text = job('text', { scrape_protocols: ['PrometheusText0.0.4'] });
        const openmetrics = job('openmetrics', { scrape_protocols: ['OpenMetricsText1.0.0'] });
        // 2.42 cannot be told; it always asks for OpenMetrics first.
        for (const [version, jobs] of [
          ['3', [text, openmetrics]],
          ['2', [job('openmetrics')]],
        ] as const) {
          servers.set(version, await startPrometheus({ version, config: { scrape_configs: jobs } }));
        }
      });
      afterAll(async () => {
        for (const server of servers.values()) await server.stop();
        await exporter.stop();
        await engine.stop();
      });

      test('promtool and the strict parser find nothing in a scrape', async () => {
        const { text } = await exporter.scrape();
        expect(await checkText(text, '3')).toBe('');
        expect(await checkText(text, '2')).toBe('');
        expect(await checkOpenMetrics((await exporter.scrape({ format: 'openmetrics' })).text)).toBe('');
      });

      describe.each([
        { version: '3', job: 'text' },
        { version: '3', job: 'openmetrics' },
        { version: '2', job: 'openmetrics' },
      ] as const)('Prometheus $version, $job', ({ version, job }) => {
        const query = (expression: string) => servers.get(version)?.query(expression) ?? [];

        test('every scrape of a minute succeeds, and the log has no warning', { timeout: 120_000 }, async () => {
          const scrapes = `up{job="${job}"}[70s]`;
          await waitFor(
            'a minute of scrapes',
            async () => (await query(`count_over_time(${scrapes}) >= 12`)).length > 0,
            {
              timeoutMs: 100_000,
              intervalMs: 1000,
            },
          );
          expect(await query(`min_over_time(${scrapes})`)).toMatchObject([{ value: 1 }]);
          expect(servers.get(version)?.log()).not.toMatch(/level=(warn|error)/i);
        });

        test('is told about the engine and its containers', async () => {
          expect(await query(`docker_up{job="${job}"}`)).toMatchObject([{ metric: { host: 'edge-1' }, value: 1 }]);
          expect(await query(`docker_containers{job="${job}",state="running"}`)).toMatchObject([{ value: 10 }]);
          const working = await query(`docker_container_memory_working_set_bytes{job="${job}"} > 0`);
          expect(working).toHaveLength(10);
          expect(await query(`rate(docker_container_cpu_usage_seconds_total{job="${job}"}[1m]) >= 0`)).toHaveLength(10);
        });

        test('gets a label value with quotes, backslashes and a line feed as it is', async () => {
          const found = await query(`docker_container_info{job="${job}",name="odd"}`);
          expect(found).toMatchObject([{ metric: { label_note: note } }]);
        });

        test('reads the format that it asks for', async () => {
          const url = `${servers.get(version)?.url ?? ''}/api/v1/targets/metadata?match_target={job="${job}"}`;
          const { data } = metadata.parse(await (await fetch(url)).json());
          // Only OpenMetrics has this type.
          expect(data.some(({ type }) => type === 'info')).toBe(job === 'openmetrics');
        });
      });
    },
  );
});

const metadata = z.object({ data: z.array(z.object({ type: z.string() })) });
