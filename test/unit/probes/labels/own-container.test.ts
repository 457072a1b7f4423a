import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOwnContainer, idsInCgroups, idsInMounts } from '../../../../exporter/probes/labels/own-container.ts';
import { containerOf, engineOf } from './containers.ts';

const ID = 'a1'.repeat(32);
const OTHER = 'b2'.repeat(32);
const mount = (root: string, place: string) => `711 650 254:1 ${root} ${place} rw,relatime - ext4 /dev/vda1 rw`;

test('the files that an engine mounts into a container tell its id', () => {
  expect(idsInMounts(mount(`/var/lib/docker/containers/${ID}/hostname`, '/etc/hostname'))).toEqual([ID]);
  expect(idsInMounts(mount(`/docker/containers/${ID}/resolv.conf`, '/etc/resolv.conf'))).toEqual([ID]);
  const podman = `/containers/storage/overlay-containers/${ID}/userdata/hosts`;
  expect(idsInMounts([mount(podman, '/etc/hosts'), mount(podman, '/etc/hosts')].join('\n'))).toEqual([ID]);
});

test('on a host the mounts of its containers are not taken for our own', () => {
  const lines = [
    mount('/', `/var/lib/docker/overlay2/${ID}/merged`),
    mount('/', `/var/lib/docker/containers/${ID}/mounts/shm`),
    mount(`/somewhere/${ID}/hostname`, `/mnt/etc/hostname`),
    mount('/etc/hostname', '/etc/hostname'),
  ];
  expect(idsInMounts(lines.join('\n'))).toEqual([]);
  expect(idsInMounts('')).toEqual([]);
});

test('the control groups tell it too, of a container in a container the inner one', () => {
  expect(idsInCgroups(`12:memory:/docker/${ID}\n1:name=systemd:/docker/${ID}`)).toEqual([ID]);
  expect(idsInCgroups(`0::/system.slice/docker-${ID}.scope`)).toEqual([ID]);
  expect(idsInCgroups(`4:pids:/docker/${OTHER}/docker/${ID}`)).toEqual([ID]);
  expect(idsInCgroups('0::/')).toEqual([]);
});

async function ownIn(files: Readonly<Record<string, string>>, hostname: string) {
  const procPath = await mkdtemp(join(tmpdir(), 'harborlight-proc-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(procPath, name), text);
  return createOwnContainer({ procPath, hostname });
}

test('an id is ours only on the engine that knows it', async () => {
  const own = await ownIn({ cgroup: `0::/docker/${'a'.repeat(64)}` }, 'edge');
  expect(own.idAmong(engineOf([containerOf({ id: 'a' })]))).toBe('a'.repeat(64));
  expect(own.idAmong(engineOf([containerOf({ id: 'b' })]))).toBeUndefined();
});

test('where the kernel says nothing, the host name may be the beginning of the id', async () => {
  const engine = engineOf([containerOf({ id: 'a' })]);
  expect((await ownIn({}, 'a'.repeat(12))).idAmong(engine)).toBe('a'.repeat(64));
  expect((await ownIn({}, 'aaaaaa')).idAmong(engine)).toBeUndefined();
  expect((await ownIn({}, 'b'.repeat(12))).idAmong(engine)).toBeUndefined();
  // It is a container of another engine, whatever it is called.
  expect((await ownIn({ cgroup: `0::/docker/${OTHER}` }, 'a'.repeat(12))).idAmong(engine)).toBeUndefined();
});
