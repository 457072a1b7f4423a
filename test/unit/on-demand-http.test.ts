import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { ProbeRequest } from '../../exporter/http/routes/probe.ts';
import { createOnDemand } from '../../exporter/on-demand.ts';
import type { NewResult } from '../../exporter/probes/recent-results.ts';
import { startNameServer } from '../bed/name-server.ts';
import { temporaryFolder } from './config/temporary-folder.ts';
import { loadedConfig } from './loaded-config.ts';

/** A web server on a loopback address; tells the Host headers that it was asked with. */
async function serve(address: string, handler: RequestListener) {
  const hosts: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    hosts.push(request.headers.host);
    handler(request, response);
  });
  server.listen(0, address);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has a port.
  return { server, port: (server.address() as { readonly port: number }).port, hosts };
}

const good: RequestListener = (_request, response) => response.end('fine');
const redirectTo =
  (location: string): RequestListener =>
  (_request, response) =>
    response.writeHead(302, { location }).end();

async function onDemand(yaml: string) {
  const results: NewResult[] = [];
  const { ask } = createOnDemand(await loadedConfig(yaml), { onResult: (result) => results.push(result) });
  const run = async (target: string, request: Partial<ProbeRequest> = {}) => {
    const signal = new AbortController().signal;
    const answer = await ask({ module: 'web', target, hostname: undefined, timeoutSeconds: 9.5, signal, ...request });
    if (answer.kind !== 'answered') throw new Error(answer.message);
    return { text: answer.metrics('text'), debug: answer.debug(), failure: results.at(-1)?.result.failure };
  };
  return { ask, run };
}

/** One web server is open to the module, everything else on loopback is not. */
const OPEN = 'modules: { web: { kind: http, targets: ["127.0.0.2", "*.test"], allow_addresses: [127.0.0.2] } }';

test('R59: a redirect to loopback is not followed, however it is written', async () => {
  const inner = await serve('127.0.0.1', good);
  const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '127.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0'];
  const { run } = await onDemand(OPEN.replace('"*.test"', '"*"'));
  for (const host of spellings) {
    const outer = await serve('127.0.0.2', redirectTo(`http://${host}:${inner.port}/`));
    const { text, failure } = await run(`http://127.0.0.2:${outer.port}/`);
    expect(outer.hosts, host).toHaveLength(1);
    expect(text, host).toContain('\nprobe_success 0\n');
    expect(failure, host).toMatch(/ is refused: (a loopback|an unspecified) address/);
  }
  expect(inner.hosts).toEqual([]);
});

test('R59: a redirect to a name that leads to loopback is not followed', async () => {
  const inner = await serve('127.0.0.1', good);
  const names = await startNameServer({ 'inner.test': [['127.0.0.1']] });
  onTestFinished(() => names.stop());
  const outer = await serve('127.0.0.2', redirectTo(`http://inner.test:${inner.port}/`));
  const { run } = await onDemand(`${OPEN}\nprobe_defaults: { resolvers: ["${names.address}"] }`);
  const { failure } = await run(`http://127.0.0.2:${outer.port}/`);
  expect(failure).toBe('127.0.0.1 is refused: a loopback address');
  expect(inner.hosts).toEqual([]);
});

test('a redirect to a host that is no target is not followed', async () => {
  const other = await serve('127.0.0.3', good);
  const outer = await serve('127.0.0.2', redirectTo(`http://127.0.0.3:${other.port}/`));
  const { run } = await onDemand(OPEN.replace('[127.0.0.2]', '[127.0.0.0/8]'));
  const { failure } = await run(`http://127.0.0.2:${outer.port}/`);
  expect(failure).toBe("127.0.0.3 is refused: none of the module's targets");
  expect(other.hosts).toEqual([]);
});

test('a redirect within the targets is followed', async () => {
  const inner = await serve('127.0.0.2', good);
  const outer = await serve('127.0.0.2', redirectTo(`http://127.0.0.2:${inner.port}/`));
  const { run } = await onDemand(OPEN);
  const { text } = await run(`http://127.0.0.2:${outer.port}/`);
  expect(text).toContain('\nprobe_success 1\n');
  expect(text).toContain('\nprobe_http_redirects 1\n');
});

test('by a proxy no host is asked that is no target', async () => {
  const proxy = await serve('127.0.0.2', (request, response) =>
    request.url?.startsWith('http://a.test/') === true
      ? redirectTo('http://evil.example/')(request, response)
      : response.end(),
  );
  const { run } = await onDemand(OPEN.replace('kind: http,', `kind: http, proxy: "http://127.0.0.2:${proxy.port}",`));
  const { failure } = await run('http://a.test/');
  expect(failure).toBe("evil.example is refused: none of the module's targets");
  expect(proxy.hosts).toEqual(['a.test']);
});

test('a target without a scheme is one of http', async () => {
  const { port, hosts } = await serve('127.0.0.2', good);
  const { run } = await onDemand(OPEN);
  expect((await run(`127.0.0.2:${port}/path`)).text).toContain('\nprobe_success 1\n');
  expect(hosts).toEqual([`127.0.0.2:${port}`]);
});

test('hostname is the name that the server is asked by', async () => {
  const { port, hosts } = await serve('127.0.0.2', good);
  const { run, ask } = await onDemand(OPEN);
  await run(`http://127.0.0.2:${port}/`, { hostname: 'Shop.example' });
  expect(hosts).toEqual(['shop.example']);
  const signal = new AbortController().signal;
  const wrong = { module: 'web', target: 'http://127.0.0.2/', hostname: 'a b', timeoutSeconds: 9.5, signal };
  expect(await ask(wrong)).toEqual({ kind: 'malformed', message: 'The kind http cannot ask for such a `hostname`.' });
});

test('no answer holds a secret of the module', async () => {
  const { port } = await serve('127.0.0.2', (request, response) => {
    response.statusCode = request.headers.authorization === 'Bearer s3cret-token' ? 200 : 403;
    response.end();
  });
  const folder = temporaryFolder({ token: 's3cret-token\n' });
  const options = `kind: http, method: POST, body: s3cret-body, auth: { bearer_token_file: "${folder}/token" },`;
  const { run } = await onDemand(OPEN.replace('kind: http,', `${options} headers: { X-Key: s3cret-header },`));
  const { text, debug } = await run(`http://127.0.0.2:${port}/`);
  expect(text).toContain('\nprobe_success 1\n');
  expect(debug).toContain('body: "[redacted]"');
  expect(text + debug).not.toContain('s3cret');
});
