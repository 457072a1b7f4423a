import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { script } from './command.ts';
import { isOrphaned } from './own-name.ts';
import { runPath } from './paths.ts';
import { endStore, storesPath } from './store-folder.ts';
import { endVm2, isVm2 } from './vm2-folder.ts';

/**
 * Ends the engines, machines and stores whose test process is gone: before a run those of one that was killed, after it those of a test that did
 * not clean up. Others', of a run beside this one or started by hand, are left alone.
 */
const sweep = async (): Promise<void> => {
  const names = existsSync(runPath) && process.getuid?.() === 0 ? readdirSync(runPath) : [];
  for (const name of names.filter(isOrphaned)) {
    const directory = join(runPath, name);
    const isPodman = existsSync(join(directory, 'podman.pid'));
    if (isVm2(directory)) await endVm2(directory);
    else await script(isPodman ? 'podman-down' : 'engine-down', name, '--purge');
  }
  const stores = existsSync(storesPath) ? readdirSync(storesPath) : [];
  for (const name of stores.filter(isOrphaned)) await endStore(join(storesPath, name));
};

/** Called by vitest once before and once after the run. */
export const setup = sweep;
export const teardown = sweep;
