import type { Bed } from './life-bed.ts';

/** A container of this name, told of as often as its name is no other's. */
export function run(bed: Bed, name: string, id = name): void {
  bed.tell('create', id, { name });
  bed.tell('start', id, { name });
}

export function crash(bed: Bed, name: string, id = name): void {
  bed.tell('die', id, { name, exitCode: '3' });
}

export function remove(bed: Bed, name: string, id = name): void {
  bed.tell('destroy', id, { name });
}

/** One that the engine removes by itself. */
export function runOnce(bed: Bed, name: string, reason: 'crash' | 'stop' | 'end', id = name): void {
  run(bed, name, id);
  const nowSeconds = bed.nowSeconds();
  const born = { createdSeconds: nowSeconds, startedSeconds: nowSeconds, isAutoRemoved: true };
  bed.learn({ id, name, state: 'running', ...born });
  if (reason === 'stop') bed.tell('kill', id, { name, signal: '15' });
  bed.tell('die', id, { name, exitCode: reason === 'crash' ? '3' : '0' });
  remove(bed, name, id);
}
