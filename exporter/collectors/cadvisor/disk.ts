import { bind, type Collector, type Reading } from '../../metrics/family.ts';
import type { BlockDeviceSample } from '../../model/sample.ts';
import { type CadvisorContainer, cadvisorScope } from './scope.ts';

/** Block devices. What they are called in /dev only their machine knows: `device` is major:minor. */
export const disk: Collector = {
  name: 'disk',
  families: bind(cadvisorScope, [
    {
      name: 'container_blkio_device_usage_total',
      type: 'counter',
      // Of bytes, though the name does not say so.
      unit: 'bytes',
      help: 'Bytes read from and written to the device, by operation: Read or Write.',
      labels: ['device', 'major', 'minor', 'operation'],
      read: ({ sample }) => sample?.blockDevices?.flatMap(perOperation),
    },
    {
      name: 'container_fs_reads_bytes_total',
      type: 'counter',
      unit: 'bytes',
      help: 'Bytes read from the device.',
      labels: ['device'],
      read: (c) => perDevice(c, 'readBytes'),
    },
    {
      name: 'container_fs_writes_bytes_total',
      type: 'counter',
      unit: 'bytes',
      help: 'Bytes written to the device.',
      labels: ['device'],
      read: (c) => perDevice(c, 'writtenBytes'),
    },
    {
      name: 'container_fs_reads_total',
      type: 'counter',
      help: 'Read operations on the device.',
      labels: ['device'],
      read: (c) => perDevice(c, 'reads'),
    },
    {
      name: 'container_fs_writes_total',
      type: 'counter',
      help: 'Write operations on the device.',
      labels: ['device'],
      read: (c) => perDevice(c, 'writes'),
    },
  ]),
};

function perOperation({ device, readBytes, writtenBytes }: BlockDeviceSample) {
  const [major = '', minor = ''] = device.split(':');
  const labelled = (operation: string, value: number | undefined) =>
    value === undefined ? [] : [[{ device, major, minor, operation }, value] as const];
  return [...labelled('Read', readBytes), ...labelled('Write', writtenBytes)];
}

function perDevice({ sample }: CadvisorContainer, counter: Exclude<keyof BlockDeviceSample, 'device'>): Reading {
  return sample?.blockDevices?.flatMap((of) => {
    const value = of[counter];
    return value === undefined ? [] : [[{ device: of.device }, value] as const];
  });
}
