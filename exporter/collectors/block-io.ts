import { bind, type Collector, type Reading } from '../metrics/family.ts';
import { oneLabel } from '../metrics/one-label.ts';
import { containerScope } from '../metrics/scopes.ts';
import type { ContainerSnapshot } from '../model/container.ts';
import type { BlockDeviceSample } from '../model/sample.ts';

const ofDevice = oneLabel('device');

/** Block devices, as major:minor; a device often appears with the container's first operation on it. */
export const blockIo: Collector = {
  name: 'block_io',
  families: bind(containerScope, [
    {
      name: 'docker_container_block_read_bytes_total',
      type: 'counter',
      unit: 'bytes',
      help: 'Bytes read from the device.',
      labels: ['device'],
      read: (c) => perDevice(c, 'readBytes'),
    },
    {
      name: 'docker_container_block_written_bytes_total',
      type: 'counter',
      unit: 'bytes',
      help: 'Bytes written to the device.',
      labels: ['device'],
      read: (c) => perDevice(c, 'writtenBytes'),
    },
    {
      name: 'docker_container_block_reads_total',
      type: 'counter',
      help: 'Read operations on the device.',
      labels: ['device'],
      read: (c) => perDevice(c, 'reads'),
    },
    {
      name: 'docker_container_block_writes_total',
      type: 'counter',
      help: 'Write operations on the device.',
      labels: ['device'],
      read: (c) => perDevice(c, 'writes'),
    },
  ]),
};

function perDevice(c: ContainerSnapshot, counter: Exclude<keyof BlockDeviceSample, 'device'>): Reading {
  return c.sample?.blockDevices?.flatMap((of) => {
    const value = of[counter];
    return value === undefined ? [] : [[ofDevice(of.device), value] as const];
  });
}
