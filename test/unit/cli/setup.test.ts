import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../../exporter/cli/index.ts';
import { startSimulatedStore } from '../../store/index.ts';
import { startSimulatedKibana } from '../../store/kibana.ts';
import { temporaryFolder } from '../config/temporary-folder.ts';
import { createContext } from './context.ts';

const KEY = 'c2VjcmV0LWlkOnNlY3JldC1rZXk=';

const run = async (cwd: string, ...argv: readonly string[]) => {
  const { context, out, err } = createContext({ argv: ['setup', ...argv], cwd });
  const code = await runCli(context);
  return { code, out: out(), err: err() };
};

const startStore = async () => {
  const store = await startSimulatedStore({ flavour: 'elasticsearch-8', access: { apiKeys: [KEY] } });
  onTestFinished(store.stop);
  return store;
};

const folderFor = (...sinks: readonly object[]) =>
  temporaryFolder({
    'harborlight.yml': JSON.stringify({ sinks }),
    key: `${KEY}\n`,
    wrong: 'd3Jvbmc=',
    password: 'secret-x\n',
  });

const sinkTo = (url: string) => ({ kind: 'elasticsearch', url: [url], auth: { api_key_file: 'key' } });

test.each([
  { argv: ['--user', 'elastic'], says: '--user and --password-file go together' },
  { argv: ['--password-file', 'password'], says: '--user and --password-file go together' },
  { argv: ['--user', 'x', '--password-file', 'password', '--api-key-file', 'key'], says: 'not both' },
  { argv: ['--api-key-file', 'nowhere'], says: 'nowhere cannot be read' },
  { argv: ['--kibana-url', 'kibana:5601'], says: '--kibana-url takes an http or https URL' },
  { argv: ['--kibana-url', 'http://kibana:5601'], says: '--kibana-url needs a sink of kind elasticsearch' },
  { argv: ['--nope'], says: '--nope' },
])('wrong usage $argv exits with 2 and says so', async ({ argv, says }) => {
  const { code, out, err } = await run(temporaryFolder({ key: KEY, password: 'p' }), ...argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(says);
});

test('without a sink that needs it there is nothing to set up', async () => {
  expect(await run(temporaryFolder({}))).toEqual({
    code: 0,
    out: 'sinks: nothing to set up, for none is of kind elasticsearch or logstash\n',
    err: '',
  });
});

test('a configured store is set up with its own credentials, or with those of an administrator', async () => {
  const store = await startStore();
  const cwd = folderFor(sinkTo(store.url));
  const { code, out, err } = await run(cwd, '--role');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('sink elasticsearch: elasticsearch 8.19.0: found\n');
  expect(out).toContain('sink elasticsearch: index template harborlight-lines: created\n');
  const again = await run(cwd, '--role', '--api-key-file', 'key');
  expect(again.out).not.toMatch(/created|updated|left out/);
  const refused = await run(cwd, '--user', 'elastic', '--password-file', 'password');
  expect({ code: refused.code, out: refused.out }).toEqual({ code: 1, out: '' });
  expect(refused.err).toMatch(/^sink elasticsearch: who it is: answered 401 /);
});

test('a dry run says what would be made', async () => {
  const store = await startStore();
  const { code, out } = await run(folderFor(sinkTo(store.url)), '--dry-run');
  expect(code).toBe(0);
  expect(out).toContain('index template harborlight-lines: would be created\n');
  expect(store.requests().filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('--json prints an object a line', async () => {
  const store = await startStore();
  const { out } = await run(folderFor(sinkTo(store.url), { kind: 'logstash', url: 'http://127.0.0.1:1' }), '--json');
  const lines = out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual({
    target: 'sink elasticsearch',
    what: 'index template harborlight-lines',
    outcome: 'created',
    dry_run: false,
  });
  expect(lines.at(-1)).toMatchObject({ target: 'sink logstash' });
});

test('a store that cannot be set up does not keep the next from it', async () => {
  const store = await startStore();
  const wrong = { ...sinkTo(store.url), name: 'wrong', auth: { api_key_file: 'wrong' } };
  const { code, out, err } = await run(folderFor(wrong, sinkTo(store.url)));
  expect(code).toBe(1);
  expect(err).toMatch(/^sink wrong: who it is: answered 401 .*\n$/);
  expect(out).toContain('sink elasticsearch: index template harborlight-lines: created\n');
});

test('a Logstash is left to its owner, who is told that it needs Elasticsearch', async () => {
  const { code, out } = await run(folderFor({ kind: 'logstash', url: 'http://127.0.0.1:1' }));
  expect(code).toBe(0);
  expect(out).toMatch(/^sink logstash: .*needs Elasticsearch, for its output refuses OpenSearch/);
});

test('each Kibana that is named gets the data views with the credentials of the store', async () => {
  const store = await startStore();
  const kibana = await startSimulatedKibana({ access: { apiKeys: [KEY] } });
  onTestFinished(kibana.stop);
  const { code, out } = await run(folderFor(sinkTo(store.url)), '--kibana-url', kibana.url);
  expect(code).toBe(0);
  expect(out).toContain(`${kibana.url}: data view harborlight-all: created\n`);
  expect(kibana.objects()).toHaveLength(8);
});

test('no secret is told, whatever fails', async () => {
  const store = await startStore();
  const kibana = await startSimulatedKibana({ access: { apiKeys: [] } });
  onTestFinished(kibana.stop);
  const cwd = folderFor(sinkTo(store.url));
  for (const argv of [
    ['--kibana-url', kibana.url],
    ['--kibana-url', kibana.url.replace('//', '//u:secret-x@')],
    ['--user', 'elastic', '--password-file', 'password'],
    ['--json', '--user', 'elastic', '--password-file', 'password'],
  ]) {
    const { code, out, err } = await run(cwd, ...argv);
    expect(code).toBe(1);
    for (const secret of ['secret', KEY, Buffer.from('elastic:secret-x').toString('base64')])
      expect(out + err).not.toContain(secret);
  }
});
