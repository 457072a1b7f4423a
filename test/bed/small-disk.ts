import { execFile } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk {
  readonly path: string;
  readonly unmount: () => Promise<void>;
}

/** A file system of its own that is soon full: in memory, or ext4 in a file, which allocates late and frees late. */
export const mountSmallDisk = async (kind: 'tmpfs' | 'ext4', mebibytes: number): Promise<SmallDisk> => {
  const folder = await mkdtemp(join(tmpdir(), 'harborlight-disk-'));
  const path = join(folder, 'mounted');
  await run('mkdir', [path]);
  if (kind === 'tmpfs') await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'harborlight', path]);
  else {
    const image = join(folder, 'image');
    await writeFile(image, '');
    await truncate(image, mebibytes * 1024 * 1024);
    await run('/usr/sbin/mkfs.ext4', ['-q', '-m', '0', image]);
    await run('mount', ['-o', 'loop', image, path]);
  }
  return {
    path,
    unmount: async () => {
      await run('umount', [path]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};
