import { expect, test } from 'vitest';
import type { HostConfig } from '../../exporter/config/schema.ts';
import { addressOf, describeHost, httpSurface } from '../../exporter/from-config.ts';
import { watch, watchSimulated } from './docker/host-bed.ts';
import { loadedConfig } from './loaded-config.ts';

const config: HostConfig = { name: 'edge-1', url: 'tcp://edge-1:2375', source: 'auto', timeout: 5000 };
const file = (text: string) => ({ path: `/somewhere/${text}`, text });

test('an engine is addressed with what its files held', () => {
  expect(addressOf(config)).toEqual({ url: config.url });
  const tls = { ca_file: file('ca'), cert_file: file('cert'), key_file: file('key'), server_name: 'edge' };
  expect(addressOf({ ...config, tls }).tls).toEqual({ ca: 'ca', cert: 'cert', key: 'key', serverName: 'edge' });
  expect(addressOf({ ...config, tls: { ca_file: file('ca') } }).tls).toEqual({ ca: 'ca' });
  const ssh = { known_hosts_file: file('known'), key_file: file('key') };
  expect(addressOf({ ...config, ssh }).ssh).toEqual({ knownHosts: 'known', privateKey: 'key' });
  const agent = { known_hosts_file: file('known'), agent_socket: '/run/agent' };
  expect(addressOf({ ...config, ssh: agent }).ssh).toEqual({ knownHosts: 'known', agentSocket: '/run/agent' });
});

test('we listen where it is configured, to everybody when there is no login', async () => {
  expect(httpSurface(await loadedConfig('listen: { port: 9000 }'))).toEqual({
    listen: { address: '127.0.0.1', port: 9000 },
  });
  const bearer = 'a-token-of-enough-letters';
  const { auth } = httpSurface(await loadedConfig(`listen: { auth: { bearer_token: ${bearer} } }`));
  expect(auth).toMatchObject({ bearerToken: bearer });
});

test('a host is described as it is now', async () => {
  const { host, up } = await watchSimulated((engine) => engine.run({ name: 'web' }));
  await up();
  expect(describeHost({ config, host })).toEqual({ name: 'edge-1', url: config.url, up: true, containers: 1 });
  const gone = watch({ url: 'unix:///nowhere/docker.sock' }).host;
  expect(describeHost({ config, host: gone })).toEqual({ name: 'edge-1', url: config.url, up: false });
  await gone.attempted;
  expect(describeHost({ config, host: gone })).toMatchObject({ up: false, reason: 'unreachable' });
});
