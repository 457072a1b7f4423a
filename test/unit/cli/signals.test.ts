import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createReloadSignal } from '../../../exporter/cli/signals.ts';

test('a SIGHUP before the program is ready for it is heard, and made up for once', () => {
  const source = new EventEmitter();
  const onReload = createReloadSignal(source);
  source.emit('SIGHUP');
  source.emit('SIGHUP');
  const reloads: string[] = [];
  onReload(() => reloads.push('reload'));
  expect(source.listenerCount('SIGHUP')).toBe(1);
  expect(reloads).toHaveLength(1);
  source.emit('SIGHUP');
  expect(reloads).toHaveLength(2);
});

test('without one before, nothing is made up for', () => {
  const reloads: string[] = [];
  createReloadSignal(new EventEmitter())(() => reloads.push('reload'));
  expect(reloads).toEqual([]);
});
