import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { repositoryPath } from '../bed/paths.ts';
import { waitFor } from '../bed/wait-for.ts';
import { fetchWithin } from '../bed/within.ts';
import { createReading, createScrapes, type Labels, type Reading, type Scrapes } from './scrapes.ts';

const WEB = 'testbed/healthy:1';
const BUSYBOX = 'testbed/busybox:1';
const DEFAULTS = { interval: '1s', timeout: '2s' };
/** In the engine's own network. */
/** The engine's own address on its bridge: by it the machine is somebody else's, whose loopback is not ours. */
const ELSEWHERE = '172.17.0.1';
const PATIENCE = { timeoutMs: 40_000 };

describe.each(['28', '20'] as const)('probes on the labels of containers of Docker %s', (version) => {
  describe('a run', needing(`docker-${version}`), () => {
    let engine: Engine;
    let exporter: Exporter;
    let scrapes: Scrapes;

    beforeAll(async () => {
      engine = await startEngine({ version, dockerdArgs: ['--tls=false', '--host', 'tcp://0.0.0.0:2375'] });
      exporter = await startExporter({
        within: engine,
        config: { hosts: [{ name: 'edge-1', url: engine.dockerHost }], probe_defaults: DEFAULTS },
      });
      scrapes = createScrapes(exporter);
      await engine.docker('network', 'create', 'shop');
    });
    afterAll(async () => {
      await exporter.stop();
      await engine.stop();
    });

    const run = (name: string, labels: Labels, options: readonly string[], command: readonly string[] = [WEB]) => {
      const probes = Object.entries(labels).flatMap(([key, value]) => ['--label', `harborlight.probe.${key}=${value}`]);
      return engine.docker('run', '--detach', '--name', name, ...probes, ...options, ...command);
    };
    const success = (reading: Pick<Reading, 'value'>, name: string, probe: string) =>
      reading.value('probe_success', { host: 'edge-1', name, probe });
    const until = (what: string, isSo: (reading: Reading) => boolean) => scrapes.until(what, isSo, PATIENCE);
    const targetOf = (reading: Pick<Reading, 'all'>, name: string) =>
      reading.all('probe_success', { name })[0]?.labels['target'];
    const addressOf = (name: string, network = 'bridge') =>
      engine.docker('inspect', '--format', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, name);
    const faultsOf = (reading: Pick<Reading, 'all'>, name: string) =>
      reading.all('harborlight_label_errors_total', { name }).map(({ labels, value }) => [labels['label'], value]);

    test('asks on the default bridge by http, by tcp and by its own health, at the only declared port', async () => {
      await run(
        'web',
        { 'page.http': '/healthz', 'page.expect.status': '200', 'port.tcp': '8080', 'self.container': 'true' },
        [],
      );
      const reading = await until('three successes', (read) =>
        ['page', 'port', 'self'].every((probe) => success(read, 'web', probe) === 1),
      );
      const address = await addressOf('web');
      expect(reading.all('probe_success', { name: 'web' }).map(({ labels }) => labels)).toEqual([
        { probe: 'page', kind: 'http', target: `http://${address}:8080/healthz`, host: 'edge-1', name: 'web' },
        { probe: 'port', kind: 'tcp', target: `${address}:8080`, host: 'edge-1', name: 'web' },
        { probe: 'self', kind: 'container', target: 'edge-1/web', host: 'edge-1', name: 'web' },
      ]);
      expect(reading.value('probe_http_status_code', { name: 'web', probe: 'page' })).toBe(200);
    });

    test('a health that fails makes the page and the container fail, and leaves the port as it is', async () => {
      await engine.docker('exec', 'web', 'rm', '/www/healthz');
      const reading = await until('the failures', (read) =>
        ['page', 'self'].every((probe) => success(read, 'web', probe) === 0),
      );
      expect(success(reading, 'web', 'port')).toBe(1);
      expect(reading.value('probe_http_status_code', { name: 'web', probe: 'page' })).toBe(404);
    });

    test('asks on a network of the user, with the labels of its project', async () => {
      const compose = ['--label', 'com.docker.compose.project=shop', '--label', 'com.docker.compose.service=web'];
      await run('shop-web-1', { 'page.http': '/healthz' }, ['--network', 'shop', ...compose]);
      const reading = await until('a success', (read) => success(read, 'shop-web-1', 'page') === 1);
      expect(reading.all('probe_success', { name: 'shop-web-1' })[0]?.labels).toEqual({
        probe: 'page',
        kind: 'http',
        target: `http://${await addressOf('shop-web-1', 'shop')}:8080/healthz`,
        host: 'edge-1',
        name: 'shop-web-1',
        compose_project: 'shop',
        compose_service: 'web',
      });
    });

    test('in the network of the host only a declared port is asked, at 127.0.0.1', async () => {
      const serve = ['httpd', '-f', '-p', '9001', '-h', '/'];
      await run('declared', { 'port.tcp': '9001' }, ['--network', 'host', '--expose', '9001'], [BUSYBOX, ...serve]);
      await run('undeclared', { 'port.tcp': '9001' }, ['--network', 'host'], [BUSYBOX, 'sleep', '100000']);
      const reading = await until(
        'both',
        (read) => success(read, 'declared', 'port') === 1 && faultsOf(read, 'undeclared').length > 0,
      );
      expect(targetOf(reading, 'declared')).toBe('127.0.0.1:9001');
      expect(success(reading, 'undeclared', 'port')).toBeUndefined();
    });

    test("in another container's network the owner's declared port is asked, and no other", async () => {
      const labels = { 'page.http': '/', 'page.port': '8080', 'other.tcp': '22' };
      await run('owner', {}, []);
      await run('sidecar', labels, ['--network', 'container:owner'], [BUSYBOX, 'sleep', '100000']);
      const reading = await until('a result', (read) => success(read, 'sidecar', 'page') !== undefined);
      expect(targetOf(reading, 'sidecar')).toBe(`http://${await addressOf('owner')}:8080/`);
      expect(faultsOf(reading, 'sidecar')).toEqual([['harborlight.probe.other.tcp', 1]]);
    });

    test('after a restart its new address is asked', async () => {
      await run('mover', { 'port.tcp': '8080' }, ['--stop-timeout', '0']);
      const before = await addressOf('mover');
      await until('a success', (read) => success(read, 'mover', 'port') === 1);
      await engine.docker('stop', 'mover');
      await until('its end', (read) => targetOf(read, 'mover') === undefined);
      await run('squatter', {}, [], [BUSYBOX, 'sleep', '100000']);
      expect(await addressOf('squatter')).toBe(before);
      await engine.docker('start', 'mover');
      const reading = await until('a success', (read) => success(read, 'mover', 'port') === 1);
      expect(targetOf(reading, 'mover')).toBe(`${await addressOf('mover')}:8080`);
      expect(await addressOf('mover')).not.toBe(before);
    });

    test('what is connected to another network is asked there within seconds, without a restart', async () => {
      await run('wanderer', { 'port.tcp': '8080' }, []);
      await until('a success', (read) => success(read, 'wanderer', 'port') === 1);
      await engine.docker('network', 'connect', 'shop', 'wanderer');
      await engine.docker('network', 'disconnect', 'bridge', 'wanderer');
      const moved = `${await addressOf('wanderer', 'shop')}:8080`;
      const reading = await until('its new address', (read) => targetOf(read, 'wanderer') === moved);
      await until('a success there', (read) => success(read, 'wanderer', 'port') === 1);
      expect(reading.all('probe_success', { name: 'wanderer' })).toHaveLength(1);
    });

    test('the series end with the container', async () => {
      await run('short', { 'port.tcp': '8080' }, []);
      await until('a success', (read) => success(read, 'short', 'port') === 1);
      await engine.docker('rm', '--force', 'short');
      await until('the end of its series', (read) => targetOf(read, 'short') === undefined);
    });

    test('faults in labels start nothing, and are counted and logged once', async () => {
      const labels = {
        'a.htp': '/',
        'b.tcp': '8080',
        'b.interval': '1s',
        'c.tcp': 'seven',
        'd.http': '/',
        'd.headers': '{"Authorization": "s3cret"}',
        'e.tcp': '8080',
        'e.http': '/',
        'f!.tcp': '8080',
      };
      await run('faulty', labels, []);
      const expected = ['a.htp', 'b.interval', 'c.tcp', 'd.headers', 'e.tcp', 'f!.tcp'].map(
        (key) => `harborlight.probe.${key}`,
      );
      await until('the faults', (read) => faultsOf(read, 'faulty').length === expected.length);
      // Inspected again, and again.
      await engine.docker('pause', 'faulty');
      await engine.docker('unpause', 'faulty');
      await run('later', { 'port.tcp': '8080' }, []);
      const reading = await until('what came later', (read) => success(read, 'later', 'port') === 1);
      expect(faultsOf(reading, 'faulty')).toEqual(expected.map((label) => [label, 1]));
      expect(reading.all('probe_success', { name: 'faulty' })).toEqual([]);
      for (const label of expected) expect(exporter.log().split(label)).toHaveLength(2);
      expect(exporter.log()).not.toContain('s3cret');
      await engine.docker('rm', '--force', 'faulty');
      await until('their end', (read) => faultsOf(read, 'faulty').length === 0);
    });

    test('labels lead to no other host, not by a redirect, and start no more than the cap', async () => {
      await run('victim', {}, [], [BUSYBOX, 'httpd', '-f', '-vv', '-p', '8080', '-h', '/']);
      const victim = `http://${await addressOf('victim')}:8080/`;
      // httpd of busybox answers a CGI's redirect with a line that is no HTTP/1.1 to Node.js.
      const head = ['HTTP/1.1 302 Found', `Location: ${victim}`, 'Content-Length: 0', 'Connection: close', '', ''];
      const page = `#!/bin/sh\nwhile read -r line; do [ \${#line} -gt 1 ] || break; done\nprintf '${head.join('\\r\\n')}'\n`;
      const serve = `printf '%s' "$PAGE" >/away; chmod +x /away; exec nc -ll -p 8080 -e /away`;
      const labels = {
        'away.http': '/away',
        'at.http': `@${victim.slice('http://'.length)}`,
        'beside.http': `//${victim.slice('http://'.length)}`,
        'proxy.http': '/',
        'proxy.proxy': victim,
        'name.tcp': '8080',
        'name.address': victim.slice('http://'.length, -1),
        'p1.tcp': '8080',
        'p2.tcp': '8080',
        'p3.tcp': '8080',
        'p4.tcp': '8080',
        'p5.tcp': '8080',
        'p6.tcp': '8080',
      };
      await run('attacker', labels, ['--env', `PAGE=${page}`, '--expose', '8080'], [BUSYBOX, 'sh', '-c', serve]);
      const reading = await until('all results', (read) => {
        const results = read.all('probe_success', { name: 'attacker' });
        return results.length === 5 && read.value('probe_http_redirects', { name: 'attacker', probe: 'away' }) === 1;
      });
      const address = await addressOf('attacker');
      for (const { labels: shown } of reading.all('probe_success', { name: 'attacker' })) {
        expect(shown['target']).toMatch(new RegExp(`^(http://)?${address}:8080(/|$)`));
      }
      // The redirect was seen, and not followed.
      expect(success(reading, 'attacker', 'away')).toBe(0);
      expect(reading.all('harborlight_label_errors_total', { name: 'attacker' }).length).toBeGreaterThan(3);
      expect(await engine.docker('logs', 'victim')).toBe('');
    });

    test('from elsewhere a port is asked that is published to all, and none of the loopback', async () => {
      const remote = await startExporter({
        within: engine,
        config: { hosts: [{ name: 'edge-2', url: `tcp://${ELSEWHERE}:2375` }], probe_defaults: DEFAULTS },
      });
      onTestFinished(remote.stop);
      await run('open', { 'page.http': '/healthz' }, ['--publish', '18080:8080']);
      await run('shut', { 'page.http': '/healthz' }, ['--publish', '127.0.0.1:18081:8080']);
      const reading = await createScrapes(remote).until(
        'both',
        (read) =>
          read.value('probe_success', { host: 'edge-2', name: 'open' }) === 1 && faultsOf(read, 'shut').length > 0,
        PATIENCE,
      );
      expect(targetOf(reading, 'open')).toBe(`http://${ELSEWHERE}:18080/healthz`);
      expect(targetOf(reading, 'shut')).toBeUndefined();
    });

    test('in a container what is on its own networks is asked, and nothing else', async () => {
      // The image has no Node.js: the machine's is lent to it.
      const lent = ['/usr', '/lib', '/lib64'].flatMap((path) => ['--volume', `${path}:${path}:ro`]);
      const files = ['dist', 'node_modules', 'package.json'].flatMap((path) => [
        '--volume',
        `${join(repositoryPath, path)}:/app/${path}:ro`,
      ]);
      const settings = {
        HOSTS: JSON.stringify([{ name: 'edge-1', url: 'unix:///docker.sock' }]),
        LISTEN_ADDRESS: '0.0.0.0',
        LISTEN_ALLOW_ANONYMOUS: 'true',
        PROBE_DEFAULTS_INTERVAL: '1s',
      };
      const env = Object.entries(settings).flatMap(([name, value]) => ['--env', `HARBORLIGHT_${name}=${value}`]);
      const socket = ['--volume', `${engine.socketPath}:/docker.sock`];
      const program = [BUSYBOX, process.execPath, '/app/dist/main.js', 'start'];
      await run('near', { 'page.http': '/healthz' }, ['--network', 'shop']);
      await run('far', { 'page.http': '/healthz' }, ['--publish', '18082:8080']);
      await run('harborlight', {}, ['--network', 'shop', ...lent, ...files, ...env, ...socket], program);
      const url = `http://${await addressOf('harborlight', 'shop')}:9713/metrics`;
      const reading = await waitFor(
        'what it says',
        async () => {
          const read = createReading(await (await fetchWithin(engine, url)).text(), 'text');
          return success(read, 'near', 'page') === 1 && faultsOf(read, 'far').length > 0 && read;
        },
        PATIENCE,
      );
      expect(reading.all('probe_success', { name: 'far' })).toEqual([]);
      await engine.docker('rm', '--force', 'harborlight');
    });

    test('trust_labels: false ends all of it, and its return starts it again', async () => {
      const config = { hosts: [{ name: 'edge-1', url: engine.dockerHost }], probe_defaults: DEFAULTS };
      await exporter.configure({ ...config, containers: { trust_labels: false } });
      exporter.signal('SIGHUP');
      const reading = await until('the end', (read) => read.all('probe_success').length === 0);
      expect(reading.value('docker_up')).toBe(1);
      await exporter.configure(config);
      exporter.signal('SIGHUP');
      await until('the return', (read) => success(read, 'web', 'port') === 1);
    });
  });
});
