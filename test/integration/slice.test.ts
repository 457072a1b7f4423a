import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { repositoryPath } from '../bed/paths.ts';
import { type Prometheus, startPrometheus } from '../bed/prometheus.ts';
import { waitFor } from '../bed/wait-for.ts';

const dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
});
const rules = z.object({
  data: z.object({ groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string() })) })) }),
});

/** What Grafana puts in for the variables when everything is chosen. */
function fillVariables(expression: string): string {
  return expression.replaceAll('$__rate_interval', '1m').replace(/\$(job|instance|host|name)/g, '.+');
}

/** The shipped configuration, with the addresses of the test. */
async function shippedPrometheusConfig(target: string): Promise<object> {
  const text = await readFile(join(repositoryPath, 'compose/prometheus/prometheus.yml'), 'utf8');
  const shipped = z
    .looseObject({ global: z.looseObject({}), scrape_configs: z.tuple([z.looseObject({})]) })
    .parse(parse(text));
  const { authorization: _ours, ...job } = shipped.scrape_configs[0];
  return {
    ...shipped,
    global: { ...shipped.global, scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(repositoryPath, 'alerting/rules/*.yml')],
    alerting: undefined,
    scrape_configs: [{ ...job, static_configs: [{ targets: [target] }] }],
  };
}

describe('from an engine to whoever looks', needing('docker-28', 'prometheus-3'), () => {
  let engine: Engine;
  let exporter: Exporter;
  let prometheus: Prometheus;

  beforeAll(async () => {
    engine = await startEngine();
    await engine.docker('run', '-d', '--name', 'web', '--memory=64m', '--cpus=0.5', 'testbed/healthy:1');
    exporter = await startExporter({ config: { hosts: [{ name: 'edge-1', url: engine.dockerHost }] } });
    prometheus = await startPrometheus({ config: await shippedPrometheusConfig(new URL(exporter.url).host) });
    await waitFor('two scrapes', async () => {
      const [scrapes] = await prometheus.query('count_over_time(docker_up{host="edge-1"}[1m])');
      return (scrapes?.value ?? 0) >= 2;
    });
  });
  afterAll(async () => {
    await prometheus.stop();
    await exporter.stop();
    await engine.stop();
  });

  it('Prometheus keeps more than ten families of the engine and its container', async () => {
    const families = await prometheus.query('count by (__name__) ({__name__=~"docker_.+", host="edge-1"})');
    expect(families.length).toBeGreaterThan(40);
    expect(await prometheus.query('docker_container_state{name="web", state="running"}')).toMatchObject([{ value: 1 }]);
  });

  it('every panel of the dashboard shows something', async () => {
    const text = await readFile(join(repositoryPath, 'dashboards/harborlight-host.json'), 'utf8');
    const targets = dashboard.parse(JSON.parse(text)).panels.flatMap(({ targets: of }) => of);
    expect(targets.length).toBeGreaterThan(3);
    for (const { expr } of targets) {
      const series = await prometheus.query(fillVariables(expr));
      expect(series, expr).not.toEqual([]);
    }
  });

  it('every rule is evaluated without an error', async () => {
    const loaded = await waitFor('an evaluation of every rule', async () => {
      const response = await fetch(`${prometheus.url}/api/v1/rules`);
      const all = rules.parse(await response.json()).data.groups.flatMap((group) => group.rules);
      return all.every(({ health }) => health !== 'unknown') && all;
    });
    expect(loaded.map(({ name }) => name)).toContain('DockerHostDown');
    expect(loaded.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('the end of a container is a document in data/documents', async () => {
    await engine.docker('run', '-d', '--rm', '--name', 'short', 'testbed/busybox:1', 'sh', '-c', 'exit 3');
    const folder = join(exporter.directory, 'data/documents');
    const died = await waitFor('the document', async () => {
      const files = (await readdir(folder)).filter((name) => name.startsWith('harborlight.event-'));
      const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
      const documents = texts
        .join('')
        .trimEnd()
        .split('\n')
        .map((line) => z.looseObject({ event: z.looseObject({ action: z.string() }) }).parse(JSON.parse(line)));
      return documents.find(({ event }) => event.action === 'die');
    });
    expect(died).toMatchObject({ process: { exit_code: 3 }, container: { name: 'short' } });
  });
});
