import { expect, test } from 'vitest';
import type { HostConfig } from '../../exporter/config/schema.ts';
import type { Host } from '../../exporter/docker/host.ts';
import { createWatchedHosts } from '../../exporter/watched-hosts.ts';

function config(name: string, timeout = 5000): HostConfig {
  return { name, url: `unix:///nowhere/${name}.sock`, source: 'auto', timeout };
}

/** Hosts that only count; a host named `broken` cannot be opened. */
function createBed() {
  const told: string[] = [];
  const open = ({ name }: HostConfig): Host => {
    if (name === 'broken') throw new Error('no such host');
    told.push(`open ${name}`);
    return {
      name,
      status: () => ({ phase: 'starting' }),
      attempted: Promise.resolve(),
      known: () => undefined,
      observe: () => Promise.reject(new Error('nobody looks')),
      stop: () => {
        told.push(`stop ${name}`);
        return Promise.resolve();
      },
    };
  };
  const watched = createWatchedHosts(open, (name) => told.push(`forget ${name}`));
  return { watched, told, names: () => watched.list().map(({ host }) => host.name) };
}

const nothing = () => undefined;

test('what did not change goes on, what is new is opened, what is gone is stopped and forgotten', async () => {
  const { watched, told, names } = createBed();
  await watched.replace([config('same'), config('changed'), config('gone')], nothing);
  told.length = 0;
  await watched.replace([config('same'), config('changed', 1000), config('new')], nothing);
  expect(names()).toEqual(['same', 'changed', 'new']);
  expect(told).toEqual(['open changed', 'open new', 'forget gone', 'stop changed', 'stop gone']);
});

test('when one host cannot be opened nothing changes, and those opened before it are stopped', async () => {
  const { watched, told, names } = createBed();
  await watched.replace([config('old')], nothing);
  told.length = 0;
  const next = watched.replace([config('new'), config('broken')], () => told.push('taken over'));
  await expect(next).rejects.toThrow('no such host');
  expect(names()).toEqual(['old']);
  expect(told).toEqual(['open new', 'forget new', 'forget broken', 'stop new']);
});

test('when the rest cannot be taken over nothing changes', async () => {
  const { watched, told, names } = createBed();
  await watched.replace([config('old')], nothing);
  told.length = 0;
  const next = watched.replace([config('old', 1000), config('new')], () => {
    throw new Error('bad key pair');
  });
  await expect(next).rejects.toThrow('bad key pair');
  expect(names()).toEqual(['old']);
  expect(told).toEqual(['open old', 'open new', 'forget new', 'stop old', 'stop new']);
});
