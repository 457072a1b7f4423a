import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { SshMaterial } from '../../../../exporter/docker/transport/ssh.ts';
import { serveEngine } from '../../demo/client.ts';
import { sampled, watch } from '../host-bed.ts';

/** A key that can be read again: ssh2 cuts a leading zero byte off one key in 256, which it then calls malformed. */
function makeKey(): ssh2.utils.KeyPairReturn {
  const key = ssh2.utils.generateKeyPairSync('ed25519');
  return ssh2.utils.parseKey(key.private) instanceof Error ? makeKey() : key;
}

const hostKey = makeKey();
const userKey = makeKey();
const strangersKey = makeKey();

/** A machine with sshd and an engine. `forwards: false` is one that allows commands only. */
async function startMachine({ forwards = true } = {}) {
  const { engine, socketPath } = await serveEngine();
  engine.run({ name: 'web' });
  const seen = { connections: 0, open: 0, commands: [] as string[], forwarded: 0 };
  const join = (channel: ssh2.ServerChannel) => {
    const socket = connect(socketPath);
    socket.on('error', () => channel.destroy());
    channel.on('error', () => socket.destroy());
    channel.pipe(socket).pipe(channel);
  };
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    seen.connections++;
    seen.open++;
    client.on('close', () => seen.open--);
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      const isRight = context.method === 'publickey' && userKey.public.includes(context.key.data.toString('base64'));
      if (isRight && context.username === 'ops') context.accept();
      else context.reject(['publickey']);
    });
    client.on('openssh.streamlocal', (accept, reject, { socketPath: path }) => {
      if (!forwards || path !== socketPath) {
        reject();
        return;
      }
      seen.forwarded++;
      join(accept());
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        seen.commands.push(command);
        join(acceptExec());
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // A server on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  return { engine, seen, port, url: `ssh://ops@127.0.0.1:${port}${socketPath}` };
}

const known = (port: number, key = hostKey): SshMaterial => ({
  privateKey: userKey.private,
  knownHosts: `[127.0.0.1]:${port} ${key.public}\n`,
});

test('an engine is watched over one ssh connection, on which every call is a channel', async () => {
  const { url, port, seen } = await startMachine();
  const { up, scrape } = watch({ url, ssh: known(port) });
  await up();
  expect(sampled(await scrape())).toEqual(['web']);
  expect(seen).toMatchObject({ connections: 1, commands: [] });
  expect(seen.forwarded).toBeLessThanOrEqual(8);
});

test('where forwarding is refused, it is done as the docker client does', async () => {
  const { url, port, seen } = await startMachine({ forwards: false });
  const { up, scrape } = watch({ url, ssh: known(port) });
  await up();
  expect(sampled(await scrape())).toEqual(['web']);
  expect(new Set(seen.commands)).toEqual(new Set(['docker system dial-stdio']));
});

test.each<[string, (port: number) => SshMaterial, RegExp]>([
  ['whose host key is not known', () => ({ ...known(0), knownHosts: '' }), /host key/],
  ['whose host key is another than the known one', (port) => known(port, strangersKey), /host key/],
  ['that refuses our key', (port) => ({ ...known(port), privateKey: strangersKey.private }), /authentication/],
])('a machine %s is down as denied', async (_what, material, detail) => {
  const { url, port } = await startMachine();
  const { host } = watch({ url, ssh: material(port) });
  await host.attempted;
  expect(host.status()).toEqual({ phase: 'down', reason: 'denied', detail: expect.stringMatching(detail) as unknown });
});

test('a machine where nobody listens is down as unreachable', async () => {
  const { host } = watch({ url: 'ssh://ops@127.0.0.1:1', ssh: known(1) });
  await host.attempted;
  expect(host.status()).toMatchObject({ phase: 'down', reason: 'unreachable' });
});

test('a host that is stopped leaves no ssh connection behind', async () => {
  const { url, port, seen } = await startMachine();
  const { up, host } = watch({ url, ssh: known(port) });
  await up();
  await host.stop();
  await vi.waitFor(() => expect(seen.open).toBe(0));
});

test('a host that is stopped while its machine says nothing does not wait for it', async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket.resume());
    socket.on('close', () => sockets.delete(socket));
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const { host } = watch({ url: `ssh://ops@127.0.0.1:${port}`, ssh: known(port) });
  await vi.waitFor(() => expect(sockets.size).toBe(1));
  await host.stop();
  await vi.waitFor(() => expect(sockets.size).toBe(0));
});
