import { expect, test } from 'vitest';
import { machine } from '../../../../exporter/collectors/cadvisor/machine.ts';
import { toldOf, worldOf } from './bed.ts';

test('a machine is told by its host, with what its engine says of it', () => {
  expect(toldOf(machine)).toEqual([
    'machine_cpu_cores{host="edge-1"} 8',
    'machine_memory_bytes{host="edge-1"} 16637472768',
  ]);
});

test('an engine that has not answered yet tells of no machine', () => {
  expect(toldOf(machine, worldOf({}))).toEqual([]);
});
