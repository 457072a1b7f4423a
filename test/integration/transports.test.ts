import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { command, script } from '../bed/command.ts';
import { type Engine, type SshAccess, startEngine } from '../bed/engine.ts';
import { startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { runPath } from '../bed/paths.ts';
import { commandLineOf, descendantsOf } from '../bed/process-tree.ts';
import { createScrapes, type Reading, type Scrapes } from './scrapes.ts';

describe('an engine behind a network', () => {
  describe('that checks who comes', needing('docker-28', 'tls', 'ssh', 'promtool-3', 'openmetrics-parser'), () => {
    let engine: Engine;
    let ssh: SshAccess;
    let foreign: string;

    beforeAll(async () => {
      engine = await startEngine({ tls: true });
      await engine.docker('run', '--detach', '--name', 'web', 'testbed/busybox:1', 'sleep', '1000');
      ssh = await engine.ssh();
      foreign = await mkdtemp(join(tmpdir(), 'foreign-'));
      await script('certificates', foreign);
      await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(foreign, 'id')]);
    });
    afterAll(async () => {
      await engine.stop();
      await rm(foreign, { recursive: true });
    });

    const watch = async (hosts: readonly object[]): Promise<Scrapes> => {
      const exporter = await startExporter({ config: { hosts } });
      onTestFinished(exporter.stop);
      return createScrapes(exporter);
    };
    const tlsHost = (name: string, files: { readonly ca?: string; readonly client?: string }) => ({
      name,
      url: engine.dockerHost.replace('tcp:', 'https:'),
      ...(Object.keys(files).length > 0 && {
        tls: {
          ...(files.ca !== undefined && { ca_file: join(files.ca, 'ca.pem') }),
          ...(files.client !== undefined && {
            cert_file: join(files.client, 'cert.pem'),
            key_file: join(files.client, 'key.pem'),
          }),
        },
      }),
    });
    const sshHost = (
      name: string,
      { path = engine.socketPath, key = ssh.keyFile, knownHosts = ssh.knownHostsFile } = {},
    ) => ({
      name,
      url: ssh.url + path,
      ssh: { key_file: key, known_hosts_file: knownHosts },
    });

    test('is watched with the right certificates, and refused without, with reason denied', async () => {
      const own = engine.certPath ?? '';
      const scrapes = await watch([
        tlsHost('right', { ca: own, client: own }),
        tlsHost('no client certificate', { ca: own }),
        tlsHost("another authority's client", { ca: own, client: foreign }),
        tlsHost('another authority', { ca: foreign, client: own }),
        tlsHost('the public authorities', { client: own }),
        tlsHost('nothing', {}),
        { name: 'no TLS to a TLS port', url: engine.dockerHost.replace('tcp:', 'http:') },
      ]);
      const reading = await scrapes.read();
      const told = reading
        .all('docker_up')
        .map(({ labels: { host = '' }, value }) => [
          host,
          value === 1 ? 'up' : reading.which('reason', 'docker_down_reason', { host }),
        ]);
      expect(Object.fromEntries(told)).toEqual({
        right: 'up',
        'no client certificate': 'denied',
        "another authority's client": 'denied',
        'another authority': 'denied',
        'the public authorities': 'denied',
        nothing: 'denied',
        'no TLS to a TLS port': 'protocol',
      });
      expect(reading.all('docker_container_memory_usage_bytes').map(({ labels }) => labels['host'])).toEqual(['right']);
      expect(await scrapes.faults()).toBe('');
    });

    test('is watched over ssh with a known host key, and nobody else is asked for a login', async () => {
      const stranger = join(foreign, 'known_hosts');
      const { port } = new URL(ssh.url);
      await writeFile(stranger, `[127.0.0.1]:${port} ${await readFile(join(foreign, 'id.pub'), 'utf8')}`);
      const scrapes = await watch([
        sshHost('right'),
        sshHost('unknown host key', { knownHosts: stranger }),
        sshHost('foreign key', { key: join(foreign, 'id') }),
      ]);
      const reading = await scrapes.read();
      expect(reading.value('docker_up', { host: 'right' })).toBe(1);
      for (const name of ['unknown host key', 'foreign key']) {
        expect(reading.which('reason', 'docker_down_reason', { host: name })).toBe('denied');
      }
    });

    test.each([
      { forwarding: true, way: 'a channel to the socket, without a process at the other end' },
      { forwarding: false, way: 'dial-stdio where the server forwards to no socket' },
    ])('is watched over ssh through $way', async ({ forwarding }) => {
      ssh = await engine.ssh({ forwarding });
      const scrapes = await watch([sshHost('edge-1')]);
      const reading = await scrapes.read();
      expect(reading.value('docker_up')).toBe(1);
      expect(reading.value('docker_container_memory_usage_bytes', { name: 'web' })).toBeGreaterThan(0);
      expect((await countDials(engine)) > 0).toBe(!forwarding);
    });

    test('is watched again after its ssh connection died, without a gap', async () => {
      ssh = await engine.ssh();
      const scrapes = await watch([sshHost('edge-1')]);
      await engine.docker('run', '--detach', '--rm', '--name', 'first', 'testbed/busybox:1', 'true');
      const deaths = (reading: Reading) => reading.value('docker_events_total', { type: 'container', action: 'die' });
      await scrapes.until('an event', (reading) => deaths(reading) === 1);
      await engine.closeSsh();
      const down = await scrapes.until('the end', (reading) => reading.value('docker_up') === 0);
      expect(down.which('reason', 'docker_down_reason')).toBe('unreachable');
      await engine.docker('run', '--detach', '--rm', '--name', 'second', 'testbed/busybox:1', 'true');
      await engine.ssh();
      const up = await scrapes.until('its return', (reading) => reading.value('docker_up') === 1, {
        timeoutMs: 15_000,
      });
      expect(up.value('docker_event_gaps_total')).toBe(0);
      expect(deaths(up)).toBe(2);
      expect(up.value('docker_container_memory_usage_bytes', { name: 'web' })).toBeGreaterThan(0);
    });
  });
});

/** How many processes join a connection to the engine's socket behind its ssh server. */
const countDials = async ({ name }: Engine): Promise<number> => {
  const server = Number(await readFile(join(runPath, name, 'ssh/sshd.pid'), 'utf8'));
  return descendantsOf(server).filter((pid) => commandLineOf(pid)?.endsWith('docker system dial-stdio')).length;
};
