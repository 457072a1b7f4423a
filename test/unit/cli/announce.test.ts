import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { advise } from '../../../exporter/cli/announce.ts';

it('a socket that is not there may be elsewhere', async () => {
  expect(await advise('unix:///nowhere/docker.sock', 'unreachable')).toMatch(
    /^There is no \/nowhere\/docker\.sock: .*hosts\[\]\.url or DOCKER_HOST/,
  );
});

it('a socket that refuses us is said to belong to its group', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'harborlight-advice-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'docker.sock');
  writeFileSync(path, '');
  const group = execFileSync('id', ['-gn']).toString().trim();
  expect(await advise(`unix://${path}`, 'denied')).toContain(`it belongs to the group ${group}`);
  expect(await advise(`unix://${path}`, 'timeout')).toBe(`Nothing answers at ${path}: does the engine run?`);
});

it.each([
  ['ssh://ops@edge', 'denied', 'ssh.known_hosts_file'],
  ['tcp://edge:2376', 'denied', 'tls.cert_file'],
  ['tcp://edge:2376', 'timeout', 'firewall'],
  ['tcp://edge:2375', 'protocol', 'TLS'],
  ['tcp://edge:2375', 'unreachable', 'listen on this address'],
] as const)('%s %s: says what to look at', async (url, reason, hint) => {
  expect(await advise(url, reason)).toContain(hint);
});
