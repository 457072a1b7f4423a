import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { command } from '../bed/command.ts';
import { startExporter } from '../bed/exporter.ts';
import { mainPath } from '../bed/paths.ts';
import { waitFor } from '../bed/wait-for.ts';
import { ask, logstash, type Remote, sinkTo, store } from './surroundings.ts';

const ALERTS = 250;
/** Of a run: what earlier ones left is not looked at. */
const run = randomBytes(4).toString('hex');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'harborlight-e2e-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const passwordFileOf = async (name: string, remote: Remote): Promise<string> => {
  const file = join(folder, `${name}-password`);
  await writeFile(file, remote.auth?.password ?? '');
  return file;
};

/** Runs `harborlight setup` for a store; gives its lines as objects. */
const setUp = async (remote: Remote): Promise<readonly { readonly what: string; readonly outcome: string }[]> => {
  const config = { sinks: [sinkTo('elasticsearch', remote, await passwordFileOf('store', remote))] };
  await writeFile(join(folder, 'harborlight.yml'), JSON.stringify(config));
  const lines = await command(process.execPath, [mainPath, 'setup', '--json', '--role'], { cwd: folder });
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { what: string; outcome: string });
};

/** Starts the product with a sink, tells it of alerts by its webhook, twice, and gives their fingerprints. */
const sendAlerts = async (sink: object, namespace: string): Promise<readonly string[]> => {
  const exporter = await startExporter({
    config: { hosts: [{ name: 'nowhere', url: 'unix:///nowhere.sock' }], documents: { namespace }, sinks: [sink] },
    until: 'listening',
  });
  onTestFinished(exporter.stop);
  const fingerprints = Array.from({ length: ALERTS }, (_, index) => index.toString(16).padStart(16, '0'));
  for (let first = 0; first < 2 * ALERTS; first += 50) {
    const alerts = Array.from({ length: 50 }, (_, index) => alertOf(fingerprints[(first + index) % ALERTS] ?? ''));
    const body = JSON.stringify({ version: '4', groupKey: 'e2e', status: 'firing', receiver: 'e2e', alerts });
    const headers = { 'content-type': 'application/json' };
    const response = await exporter.get('/alerts/webhook', { method: 'POST', headers, body });
    expect(response.status).toBe(200);
  }
  return fingerprints;
};

/** A repeat tells the same: another start would be another alert. */
const startsAt = new Date().toISOString();

const alertOf = (fingerprint: string) => ({
  status: 'firing',
  fingerprint,
  labels: { alertname: 'EndToEnd', severity: 'info', 'a.b': 'dotted', a: 'plain' },
  annotations: { summary: `alert ${fingerprint}` },
  startsAt,
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph',
});

/** What a search finds in the stream of a run, when it finds as much as was sent. */
const found = (remote: Remote, namespace: string): Promise<readonly Hit[]> =>
  waitFor(
    `${ALERTS} documents in the store`,
    async () => {
      const stream = `logs-harborlight.alert-${namespace}`;
      await ask(remote, { method: 'POST', path: `/${stream}/_refresh` });
      const body = { size: 2 * ALERTS, sort: [{ 'harborlight.alert.fingerprint': 'asc' }] };
      // A search's answer, or an error without hits.
      const answer = (await ask(remote, { method: 'POST', path: `/${stream}/_search`, body })) as {
        readonly hits?: { readonly hits: readonly Hit[] };
      };
      const hits = answer.hits?.hits ?? [];
      return hits.length >= ALERTS ? hits : undefined;
    },
    { timeoutMs: 120_000, intervalMs: 1000 },
  );

interface Hit {
  readonly _id: string;
  readonly _source: {
    readonly event: { readonly id: string };
    readonly harborlight: { readonly alert: { readonly fingerprint: string } };
  };
}

const expectEachOnce = (hits: readonly Hit[], fingerprints: readonly string[]): void => {
  expect(hits.map(({ _source }) => _source.harborlight.alert.fingerprint)).toEqual(fingerprints);
  expect(hits.map(({ _id }) => _id)).toEqual(hits.map(({ _source }) => _source.event.id));
};

const without = (name: string, remedy: string) => ({
  skip: true,
  meta: { missing: [{ part: name, remedy }] },
});

describe('a store', store === undefined ? without('E2E_ES_URL', 'name a store') : {}, () => {
  // The suite is skipped without one.
  const remote = store as Remote;

  test('setup makes what is missing, and a second run changes nothing', async () => {
    await setUp(remote);
    const again = await setUp(remote);
    expect(again.length).toBeGreaterThan(8);
    expect(again.filter(({ outcome }) => outcome === 'created' || outcome === 'updated')).toEqual([]);
  });

  test('each alert is in the store once, however often it was told', async () => {
    const sink = sinkTo('elasticsearch', remote, await passwordFileOf('store', remote));
    const fingerprints = await sendAlerts(sink, `e2e${run}`);
    expectEachOnce(await found(remote, `e2e${run}`), fingerprints);
  });
});

const bothThere = store !== undefined && logstash !== undefined;
describe('Logstash before it', bothThere ? {} : without('E2E_LOGSTASH_URL', 'name a Logstash and its store'), () => {
  // The suite is skipped without them.
  const [remote, between] = [store as Remote, logstash as Remote];

  test('each alert is in the store once, under the id that it was given at its source', async () => {
    const sink = sinkTo('logstash', between, await passwordFileOf('logstash', between));
    const fingerprints = await sendAlerts(sink, `e2els${run}`);
    expectEachOnce(await found(remote, `e2els${run}`), fingerprints);
  });
});
