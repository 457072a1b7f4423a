import { expect, test } from 'vitest';
import { disk } from '../../../../exporter/collectors/cadvisor/disk.ts';
import { toldOf, worldOf } from './bed.ts';

test('block devices are told by operation and by device', () => {
  expect(toldOf(disk)).toEqual([
    'container_blkio_device_usage_total{device="8:0",major="8",minor="0",operation="Read"} 45678592',
    'container_blkio_device_usage_total{device="8:0",major="8",minor="0",operation="Write"} 912384000',
    'container_fs_reads_bytes_total{device="8:0"} 45678592',
    'container_fs_writes_bytes_total{device="8:0"} 912384000',
    'container_fs_reads_total{device="8:0"} 1234',
    'container_fs_writes_total{device="8:0"} 56789',
  ]);
});

test('an operation that is not counted is absent, never 0', () => {
  const sample = { blockDevices: [{ device: '253:16', readBytes: 7 }] };
  expect(toldOf(disk, worldOf({ sample }))).toEqual([
    'container_blkio_device_usage_total{device="253:16",major="253",minor="16",operation="Read"} 7',
    'container_fs_reads_bytes_total{device="253:16"} 7',
  ]);
  expect(toldOf(disk, worldOf({ sample: {} }))).toEqual([]);
});
