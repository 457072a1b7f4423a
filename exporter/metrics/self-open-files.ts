import { readdirSync, statSync } from 'node:fs';
import { Gauge } from 'prom-client';
import type { OwnRegistry } from './self-instrument.ts';

const FOLDER = '/proc/self/fd';
const NAME = 'process_open_fds';

/**
 * In the place of prom-client's, which lists them: with 1,700 files of containers open that is 4 ms of each scrape. From
 * Linux 6.2 on the folder's size is their number.
 */
export function countOpenFiles(registry: OwnRegistry): void {
  registry.removeSingleMetric(NAME);
  new Gauge({
    name: NAME,
    help: 'Number of open file descriptors.',
    registers: [registry],
    collect() {
      const count = openFiles();
      if (count !== undefined) this.set(count);
    },
  });
}

function openFiles(): number | undefined {
  try {
    // Before it is 0. The list has one more: the folder's own.
    return statSync(FOLDER).size || readdirSync(FOLDER).length - 1;
  } catch {
    return undefined;
  }
}
