import type { Collector } from '../metrics/family.ts';
import { pids } from './pids.ts';

/** Every collector, in the order of the exposition. Adding one is its file and one line here. */
export const collectors: readonly Collector[] = [pids];
