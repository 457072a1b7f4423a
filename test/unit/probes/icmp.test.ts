import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { runAttempt } from '../../../exporter/probes/attempt.ts';
import { parseReply } from '../../../exporter/probes/icmp/output.ts';
import { createIcmp } from '../../../exporter/probes/icmp.ts';
import { createLookup } from '../../../exporter/probes/net/lookup.ts';
import { openNetwork } from '../../../exporter/probes/net/network.ts';
import { outcomeOf } from '../../bed/configured-probe.ts';

/** A folder with a `ping` that is a script of the shell. */
const pingThat = async (script: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'ping-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'ping'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'ping'), 0o755);
  return folder;
};

const run = (
  folder: string,
  target = '127.0.0.1',
  timeoutMs = 5000,
  refuses: () => string | undefined = () => undefined,
) => {
  const network = { ...openNetwork(createLookup({ servers: [], hostsPath: '/etc/hosts' })), refuses };
  return runAttempt((attempt) => createIcmp([folder]).run(attempt, target, { ip: 'ip4' }), {
    timeoutMs,
    network,
    signal: new AbortController().signal,
  });
};

const IPUTILS = `PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
64 bytes from 127.0.0.1: icmp_seq=1 ttl=61 time=1.25 ms

--- 127.0.0.1 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 1.250/1.250/1.250/0.000 ms
`;
const BUSYBOX = `PING 127.0.0.1 (127.0.0.1): 56 data bytes
64 bytes from 127.0.0.1: seq=0 ttl=64 time=0.042 ms

--- 127.0.0.1 ping statistics ---
1 packets transmitted, 1 packets received, 0% packet loss
round-trip min/avg/max = 0.042/0.042/0.042 ms
`;

describe('what ping prints', () => {
  test.each([
    ['iputils', IPUTILS, { seconds: 0.00125, hopLimit: 61 }],
    ['busybox', BUSYBOX, { seconds: expect.closeTo(0.000042, 12) as number, hopLimit: 64 }],
    ['a language with a comma', '64 octets de ::1: icmp_seq=1 ttl=64 temps=0,05 ms\n', undefined],
    ['a decimal comma', '64 bytes from ::1: icmp_seq=1 ttl=64 time=0,05 ms\n', { seconds: 0.00005, hopLimit: 64 }],
    ['less than it can measure', '64 bytes from ::1: icmp_seq=1 ttl=64 time<1 ms\n', { seconds: 0.001, hopLimit: 64 }],
    [
      'no reply',
      'PING 192.0.2.1 (192.0.2.1): 56 data bytes\n\n1 packets transmitted, 0 received, time 0ms\n',
      undefined,
    ],
  ])('of %s is understood', (_what, output, reply) => {
    expect(parseReply(output)).toEqual(reply);
  });
});

describe('a probe', () => {
  test('takes the time that ping tells, and gives ping the rest', async () => {
    const result = await run(await pingThat(`/bin/cat << 'END'\n${IPUTILS}\nEND`));
    expect(outcomeOf(result)).toBe('up');
    expect(result.details.icmp).toMatchObject({ replyHopLimit: 61, phases: { rtt: 0.00125 } });
    expect(result.details.icmp?.phases.setup).toBeGreaterThan(0);
  });
  test('gives ping an address and nothing of ours', async () => {
    const folder = await pingThat(`printf '%s\\n' "$*" > "\${0%/*}/arguments"; /usr/bin/env > "\${0%/*}/environment"`);
    await run(folder, 'localhost');
    expect(await readFile(join(folder, 'arguments'), 'utf8')).toBe('-n -c 1 -W 60 127.0.0.1\n');
    const names = (await readFile(join(folder, 'environment'), 'utf8')).split('\n').map((line) => line.split('=')[0]);
    // PWD and _ are the shell's own.
    expect(names.filter((name) => name !== '' && name !== 'PWD' && name !== '_').toSorted()).toEqual([
      'LC_ALL',
      'PATH',
    ]);
  });
  test.each([
    ['echo "From 192.0.2.1 icmp_seq=1 Destination Host Unreachable"; exit 1', 'no route to the host'],
    ['echo "ping: connect: Network is unreachable" >&2; exit 2', 'no route to the host'],
    ['echo "ping: socket: Operation not permitted" >&2; exit 2', 'no right to send ICMP'],
    ['echo "1 packets transmitted, 0 received"; exit 1', 'no reply'],
    ['exit 0', 'no reply'],
  ])('of a ping that says %j tells why', async (script, failure) => {
    expect(outcomeOf(await run(await pingThat(script)))).toBe(failure);
  });
  test('ends a ping that does not end, with its deadline', async () => {
    const folder = await pingThat(`echo $$ > "\${0%/*}/pid"; exec /bin/sleep 60`);
    const result = await run(folder, '127.0.0.1', 500);
    expect(outcomeOf(result)).toBe('no result within 0.5 s');
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
  });
  test('ends a ping that says more than one reply takes', async () => {
    const result = await run(await pingThat('exec /usr/bin/yes'), '127.0.0.1', 4000);
    expect(outcomeOf(result)).toBe('no reply');
  });
  test('does not ping an address that is refused', async () => {
    const folder = await pingThat(`/usr/bin/touch "\${0%/*}/called"`);
    const result = await run(folder, '127.0.0.1', 5000, () => 'not here');
    expect(outcomeOf(result)).toBe('127.0.0.1 is refused: not here');
    await expect(readFile(join(folder, 'called'))).rejects.toThrow('ENOENT');
  });
  test('says so where there is no ping', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ping-test-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    expect(outcomeOf(await run(folder))).toBe('there is no program `ping` on this system');
    expect(createIcmp([folder]).missing?.()).toBe('there is no program `ping` on this system');
    expect(createIcmp([await pingThat('exit 0')]).missing?.()).toBeUndefined();
  });
});
