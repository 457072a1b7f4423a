import { describe, expect, test } from 'vitest';
import { parseCounts, parseEngine, parseProduct } from '../../../../exporter/docker/parse/engine.ts';
import { parseList } from '../../../../exporter/docker/parse/list.ts';
import { RECORDED_ENGINES, recordedContainers, recordedInspect, recordedJson } from '../recordings.ts';

const EXPECTED: Readonly<Record<string, object>> = {
  'engine-20.10-cgroup1': { version: '20.10.24+dfsg1', cgroupVersion: '1', cgroupDriver: 'cgroupfs' },
  'engine-28.5-cgroup1': { version: '28.5.2+dfsg4', cgroupVersion: '1', cgroupDriver: 'cgroupfs' },
  'engine-28.5-cgroup2': { version: '28.5.2+dfsg4', cgroupVersion: '2', cgroupDriver: 'systemd' },
};

describe.each(RECORDED_ENGINES)('%s', (engine) => {
  const version = recordedJson(engine, 'version.json');
  const info = recordedJson(engine, 'info.json');

  test('says what it is', () => {
    expect(parseProduct(version)).toBe('docker');
    expect(parseEngine(version, info, '1.41')).toMatchObject({
      ...EXPECTED[engine],
      apiVersion: '1.41',
      storageDriver: 'overlay2',
      architecture: 'amd64',
      swarm: 'inactive',
      cpus: expect.any(Number) as unknown,
      memoryBytes: expect.any(Number) as unknown,
    });
  });

  test('R11: counts as running only what runs: 22 containers are 15, 1 and the rest', () => {
    expect(parseCounts(info)).toEqual({ total: 22, running: 15, paused: 1 });
  });

  test('lists the ids that can be inspected', () => {
    const ids = recordedContainers(engine).map((name) => (recordedInspect(engine, name) as { Id: string }).Id);
    expect(new Set(parseList(recordedJson(engine, 'containers.json')))).toEqual(new Set(ids));
  });
});

test('R46: Podman is known by its components', () => {
  expect(parseProduct({ Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }] })).toBe('podman');
  expect(parseProduct({})).toBe('docker');
  expect(parseProduct({ Components: null })).toBe('docker');
});

test('what an engine does not say is absent', () => {
  expect(parseEngine({}, {}, '1.41')).toEqual({ apiVersion: '1.41' });
  expect(parseEngine({ Version: '' }, { Swarm: null, Driver: '' }, '1.41')).toEqual({ apiVersion: '1.41' });
  expect(parseCounts({ Containers: 3 })).toBeUndefined();
});

test('R48: an info or a version of other shapes is refused', () => {
  expect(() => parseEngine('x', {}, '1.41')).toThrow(Error);
  expect(() => parseEngine({}, { NCPU: -1 }, '1.41')).toThrow(Error);
  expect(() => parseCounts({ Containers: '22' })).toThrow(Error);
});

test('trap 13: a listed container needs no name', () => {
  expect(parseList([{ Id: 'a'.repeat(64), Names: null }])).toEqual(['a'.repeat(64)]);
});

test.each([
  ['an id that is a path', [{ Id: '../../../../etc/passwd' }]],
  ['an entry without an id', [{}]],
  ['an object', { message: 'x' }],
])('R48: a list with %s is refused', (_what, answer) => {
  expect(() => parseList(answer)).toThrow(Error);
});
