import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNetDev } from '../../../../exporter/docker/cgroup/net-dev.ts';
import {
  parseBlkio,
  parseIoStat,
  parseKey,
  parseNumber,
  parsePressure,
} from '../../../../exporter/docker/cgroup/parse.ts';
import { parseProcCgroup } from '../../../../exporter/docker/cgroup/proc-cgroup.ts';

describe('a number', () => {
  test.each([
    ['0\n', 0],
    ['4096\n', 4096],
    ['9007199254740991\n', Number.MAX_SAFE_INTEGER],
    // As JSON.parse reads it in the engine's answer: the nearest double.
    ['1234567890123456789\n', 1_234_567_890_123_456_800],
    ['max\n', undefined],
    // Cgroup v1's "no limit", and a sum that ran over.
    ['9223372036854771712\n', undefined],
    ['18446744073709551615\n', undefined],
    ['-1\n', undefined],
    ['1e3\n', undefined],
    ['0x10\n', undefined],
    ['1 2\n', undefined],
    ['', undefined],
    ['\n', undefined],
  ])('%j is %j', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });
});

describe('the line of a key', () => {
  const text = 'rss 1\ntotal_rss 2\nhierarchical_limit 18446744073709551615\nnew_in_9.0 a b\nlast 3';
  test.each([
    ['rss', 1],
    ['total_rss', 2],
    ['last', 3],
    ['hierarchical_limit', undefined],
    ['new_in_9.0', undefined],
    ['ss', undefined],
    ['total', undefined],
    ['', undefined],
  ])('of %s holds %j', (key, value) => {
    expect(parseKey(text, key)).toBe(value);
  });

  test('of an empty file is not there', () => {
    expect(parseKey('', 'rss')).toBeUndefined();
  });
});

test('block I/O of v2: a device without counters, keys of a newer kernel and other lines are passed over', () => {
  const text =
    '8:16 rbytes=5 wbytes=6 rios=7 wios=8 dbytes=0 dios=0 cost.usage=9\n8:0 rbytes=1 wbytes=max\n259:0 \n259:1\nhello\n';
  expect(parseIoStat(text)).toEqual([
    { device: '8:0', readBytes: 1 },
    { device: '8:16', readBytes: 5, writtenBytes: 6, reads: 7, writes: 8 },
  ]);
});

test('block I/O of v2: what stands behind several devices in one line is the last one’s', () => {
  const text = '7:7 7:6 7:4 rbytes=5 wbytes=0 rios=2 wios=0 dbytes=0 dios=0\n7:3 8:0 rbytes=7\n7:2 7:1 \n';
  expect(parseIoStat(text)).toEqual([
    { device: '7:4', readBytes: 5, writtenBytes: 0, reads: 2, writes: 0 },
    { device: '8:0', readBytes: 7 },
  ]);
});

test('block I/O of v1: sums are not counted, a device may have only sizes', () => {
  const sizes = '8:0 Read 1\n8:0 Write 2\n8:0 Sync 3\n8:0 Async 0\n8:0 Total 3\n8:16 Write 4\nTotal 7\n';
  expect(parseBlkio(sizes, '8:0 Read 5\n8:0 Total 5\nTotal 5\n')).toEqual([
    { device: '8:0', readBytes: 1, writtenBytes: 2, reads: 5 },
    { device: '8:16', writtenBytes: 4 },
  ]);
  expect(parseBlkio('Total 0\n', 'Total 0\n')).toEqual([]);
});

test('pressure: microseconds; kernels before 5.13 tell no full line of processors', () => {
  const some = 'some avg10=0.04 avg60=0.02 avg300=0.00 total=93466';
  expect(parsePressure(`${some}\nfull avg10=0.04 avg60=0.02 avg300=0.00 total=76865\n`)).toEqual({
    waitingSeconds: 0.093466,
    stalledSeconds: 0.076865,
  });
  expect(parsePressure(`${some}\n`)).toEqual({ waitingSeconds: 0.093466 });
  expect(parsePressure('full avg10=0.00 avg60=0.00 avg300=0.00 total=1\n')).toBeUndefined();
  expect(parsePressure('')).toBeUndefined();
});

test('interfaces: an alias, one without a space behind its colon, none of the kernel’s own, no half a line', () => {
  const zeros = '0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0';
  const text = `Inter-| Receive\n face |bytes\n lo: ${zeros}\ntunl0: ${zeros}\neth1:1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\neth0:1: ${zeros}\n wg0: 1 2 3\n`;
  expect(parseNetDev(text).map(({ interface: name }) => name)).toEqual(['eth0:1', 'eth1']);
  expect(parseNetDev(text).at(-1)).toEqual({
    interface: 'eth1',
    receiveBytes: 1,
    receivePackets: 2,
    receiveErrors: 3,
    receiveDropped: 4,
    transmitBytes: 5,
    transmitPackets: 6,
    transmitErrors: 7,
    transmitDropped: 8,
  });
});

test('interfaces: an engine in the container has its own, which are none of the container’s', () => {
  const numbers = '1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0';
  const names = [
    'eth0',
    'docker0',
    'br-0123456789ab',
    'veth1a2b3c4',
    'podman1',
    'cni0',
    'cali12ab',
    'flannel.1',
    'virbr0',
  ];
  const text = [...names, 'tap0', 'enp3s0', 'wg0', 'brave'].map((name) => `${name}: ${numbers}\n`).join('');
  expect(parseNetDev(text).map(({ interface: name }) => name)).toEqual(['brave', 'enp3s0', 'eth0', 'tap0', 'wg0']);
});

test('interfaces: names that are no text do not become the same series', () => {
  const bytes = (byte: number) =>
    Buffer.concat([Buffer.from('x'), Buffer.from([byte]), Buffer.from(': 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n')]);
  expect(parseNetDev(Buffer.concat([bytes(0xff), bytes(0xfe)]).toString('utf8'))).toEqual([]);
});

describe('the groups of a process', () => {
  const ID = 'a'.repeat(64);

  test('are those that name the container, up to its name', () => {
    const text = `12:cpu,cpuacct:/docker/${ID}\n3:memory:/docker/${ID}/child\n2:pids:/other\n1:name=systemd:/a:b/docker/${ID}\n0::/../docker-${ID}.scope\n`;
    expect(parseProcCgroup(text, ID)).toEqual([
      { controllers: ['cpu', 'cpuacct'], path: `/docker/${ID}` },
      { controllers: ['memory'], path: `/docker/${ID}` },
      { controllers: ['name=systemd'], path: `/a:b/docker/${ID}` },
      { controllers: [], path: `/../docker-${ID}.scope` },
    ]);
  });

  test('of a container in a container are the inner one’s', () => {
    expect(parseProcCgroup(`0::/docker/${'b'.repeat(64)}/docker/${ID}\n`, ID)).toEqual([
      { controllers: [], path: `/docker/${'b'.repeat(64)}/docker/${ID}` },
    ]);
  });
});

describe('R48: whatever a kernel writes', () => {
  const line = fc.stringMatching(/^[ -~]{0,60}$/);
  const file = fc.oneof(
    fc.array(line, { maxLength: 20 }).map((lines) => lines.join('\n')),
    fc.string({ maxLength: 400, unit: 'binary' }),
  );

  test('each parser gives numbers that are not negative and finite, or nothing', () => {
    fc.assert(
      fc.property(file, file, fc.stringMatching(/^[a-z_]{0,10}$/), (text, other, key) => {
        const values = [
          parseNumber(text),
          parseKey(text, key),
          ...Object.values<number>({ ...parsePressure(text) }),
          ...[...parseIoStat(text), ...parseBlkio(text, other)].flatMap(({ device, ...rest }) => {
            expect(device).toMatch(/^\d+:\d+$/);
            return Object.values(rest);
          }),
          ...parseNetDev(text).flatMap(({ interface: name, ...rest }) => {
            expect(name).not.toBe('');
            return Object.values(rest);
          }),
        ];
        for (const value of values) {
          if (value === undefined) continue;
          expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
        parseProcCgroup(text, 'a'.repeat(64));
      }),
      { numRuns: 2000 },
    );
  });
});
