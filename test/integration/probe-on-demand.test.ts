import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Blackbox, startBlackbox } from '../bed/blackbox.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { freePort } from '../bed/free-port.ts';
import { type NameServer, startNameServer } from '../bed/name-server.ts';
import { needing } from '../bed/need.ts';
import { repositoryPath } from '../bed/paths.ts';
import { type Prometheus, startPrometheus } from '../bed/prometheus.ts';
import { waitFor } from '../bed/wait-for.ts';
import { parseExposition } from '../contract/exposition-parser.ts';
import { nameOf, type Places, probeCases } from './probe-cases.ts';
import { type SimulatedHost, startSimulatedHost } from './simulated.ts';

let host: SimulatedHost;
let exporter: Exporter;
let web: Server;
let names: NameServer;
let places: Places;

/** Everything that is asked is on loopback, which has to be allowed. */
const onDemand = { targets: ['127.0.0.1'], allow_addresses: ['127.0.0.1'] };

beforeAll(async () => {
  web = createServer((request, response) => {
    response.statusCode = request.url === '/' ? 200 : 404;
    response.end('fine');
  });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  names = await startNameServer({ 'up.test': [['192.0.2.1']] });
  // A server that listens on TCP has a port.
  const { port } = web.address() as { readonly port: number };
  places = { web: `127.0.0.1:${port}`, names: names.address, nobody: `127.0.0.1:${await freePort()}` };
  host = await startSimulatedHost(1);
  exporter = await startExporter({
    config: {
      hosts: [{ name: 'edge-1', url: `unix://${host.socketPath}` }],
      probes: probeCases.map((one) => ({
        name: nameOf(one),
        kind: one.kind,
        ...one.options,
        [one.targetOption]: one.target(places),
        interval: '1s',
      })),
      modules: Object.fromEntries(
        probeCases.map((one) => [nameOf(one), { kind: one.kind, ...one.options, ...onDemand }]),
      ),
    },
  });
});
afterAll(async () => {
  await exporter.stop();
  await host.stop();
  await names.stop();
  web.closeAllConnections();
  web.close();
});

const eachCase = (what: string, check: (one: (typeof probeCases)[number]) => Promise<void>) => {
  for (const one of probeCases) {
    test(`${one.title}: ${what}`, one.needs === undefined ? {} : needing(one.needs), () => check(one));
  }
};

const ask = async (target: string, module: string) => {
  const response = await exporter.get(`/probe?${new URLSearchParams({ target, module }).toString()}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`status ${response.status}, ${text}`);
  return text;
};

/** `name{label="value"}` with its value. */
const seriesOf = (text: string): ReadonlyMap<string, number> =>
  new Map(
    // A label without a value is the same as no label.
    parseExposition(text.replace(/(?<=[{,])\w+="",?/g, ''), 'text').flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => [`${name}${JSON.stringify(labels)}`, value] as const),
    ),
  );

const isMeasured = (series: string) => /_(duration|lookup_time)_seconds/.test(series);

describe('beside the real blackbox_exporter', needing('blackbox'), () => {
  let blackbox: Blackbox;

  beforeAll(async () => {
    blackbox = await startBlackbox({
      modules: Object.fromEntries(probeCases.map((one) => [nameOf(one), { ...one.prober, timeout: '5s' }])),
    });
  });
  afterAll(() => blackbox.stop());

  eachCase('the same names, labels and, where they are no durations, values', async (one) => {
    const target = one.target(places);
    const ours = seriesOf(await ask(target, nameOf(one)));
    const theirs = seriesOf(await blackbox.probe(target, nameOf(one)));
    expect([...ours.keys()].toSorted()).toEqual([...theirs.keys()].toSorted());
    expect(ours.get('probe_success{}')).toBe(Number(one.success));
    const known = (all: ReadonlyMap<string, number>) => [...all].filter(([series]) => !isMeasured(series)).toSorted();
    expect(known(ours)).toEqual(known(theirs));
  });

  describe('in a real Prometheus', needing('prometheus-3'), () => {
    let prometheus: Prometheus;

    beforeAll(async () => {
      prometheus = await startPrometheus({ config: { scrape_configs: [await shippedJob(), ...onDemandJobs()] } });
    });
    afterAll(() => prometheus.stop());

    eachCase('every name is there with the target as instance, as it is shipped', async (one) => {
      const target = one.target(places);
      const wanted = namesIn(await blackbox.probe(target, nameOf(one)));
      const selector = `{job="harborlight",probe="${nameOf(one)}",instance="${target}"}`;
      const series = await waitFor('all names', async () => {
        const found = await prometheus.query(`{__name__=~"probe_.+"} and on (__name__, probe) ${selector}`);
        const known = new Set(found.map(({ metric }) => metric['__name__']));
        expect([...wanted].filter((name) => !known.has(name))).toEqual([]);
        return found;
      });
      expect(new Set(series.map(({ metric }) => metric['instance']))).toEqual(new Set([target]));
    });

    eachCase('on demand its target is the instance, and no label is ours', async (one) => {
      const target = one.target(places);
      const job = nameOf(one);
      const found = await waitFor('the first scrape', async () => {
        const series = await prometheus.query(`{__name__="probe_success",job="${job}"}`);
        return series.length > 0 && series;
      });
      expect(found).toEqual([
        { metric: { __name__: 'probe_success', job, instance: target }, value: Number(one.success) },
      ]);
      const labels = (await prometheus.query(`{__name__=~".+",job="${job}"}`)).flatMap(({ metric }) =>
        Object.keys(metric),
      );
      expect(labels.filter((label) => ['probe', 'kind', 'target', 'host', 'name'].includes(label))).toEqual([]);
    });

    test('series that are no probe keep the exporter as their instance', async () => {
      const found = await waitFor('a scrape', async () => {
        const series = await prometheus.query('docker_up{job="harborlight"}');
        return series.length > 0 && series;
      });
      expect(found.map(({ metric }) => metric['instance'])).toEqual([new URL(exporter.url).host]);
    });
  });
});

const namesIn = (text: string): ReadonlySet<string> =>
  new Set(parseExposition(text, 'text').flatMap(({ samples }) => samples.map(({ name }) => name)));

const shipped = z.object({ scrape_configs: z.tuple([z.looseObject({ job_name: z.literal('harborlight') })]) });

/** As compose/ has it, but for where the exporter is and who asks. */
const shippedJob = async () => {
  const text = await readFile(join(repositoryPath, 'compose/prometheus/prometheus.yml'), 'utf8');
  const [{ authorization: _token, ...job }] = shipped.parse(parse(text)).scrape_configs;
  return { ...job, scrape_interval: '1s', static_configs: [{ targets: [new URL(exporter.url).host] }] };
};

/** As everybody configures them for blackbox_exporter. */
const onDemandJobs = () =>
  probeCases.map((one) => ({
    job_name: nameOf(one),
    scrape_interval: '1s',
    metrics_path: '/probe',
    params: { module: [nameOf(one)] },
    static_configs: [{ targets: [one.target(places)] }],
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: new URL(exporter.url).host },
    ],
  }));

test('what was asked is among the recent results', async () => {
  await ask(places.nobody, 'tcp-that-is-down');
  const response = await exporter.get('/probes?probe=tcp-that-is-down', { headers: { accept: 'application/json' } });
  const { results } = z.object({ results: z.array(z.looseObject({})) }).parse(await response.json());
  expect(results.find(({ module }) => module === 'tcp-that-is-down')).toMatchObject({
    kind: 'tcp',
    target: places.nobody,
    failure: 'connection refused',
  });
});

test('another host is refused before anything is looked up', async () => {
  const query = new URLSearchParams({ target: 'evil.example:80', module: 'tcp-that-is-up' }).toString();
  const response = await exporter.get(`/probe?${query}`);
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    error: { message: 'evil.example is none of the targets of the module tcp-that-is-up.' },
  });
});
