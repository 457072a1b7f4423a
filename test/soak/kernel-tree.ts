import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { processOf, v2Group } from '../unit/docker/cgroup/cgroup-bed.ts';

/** Folders that look like a machine's /proc and its cgroup v2 with the systemd driver. */
export interface KernelTree {
  readonly procRoot: string;
  readonly cgroupRoot: string;
  readonly add: (id: string, pid: number) => Promise<void>;
  /** One file after the other, as they go when a container ends. */
  readonly remove: (id: string, pid: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const createKernelTree = async (): Promise<KernelTree> => {
  const root = await mkdtemp(join(tmpdir(), 'kernel-tree-'));
  const groupOf = (id: string) => `system.slice/docker-${id}.scope`;
  const filesOf = (id: string, pid: number) => ({ ...v2Group(groupOf(id)), ...processOf(pid, `0::/${groupOf(id)}\n`) });
  return {
    procRoot: join(root, 'proc'),
    cgroupRoot: join(root, 'cgroup'),
    add: async (id, pid) => {
      for (const [path, text] of Object.entries(filesOf(id, pid))) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), text);
      }
    },
    remove: async (id, pid) => {
      const own = Object.keys(filesOf(id, pid)).filter((path) => path !== 'cgroup/cgroup.controllers');
      for (const path of own) await rm(join(root, path));
      await rm(join(root, 'cgroup', groupOf(id)), { recursive: true });
      await rm(join(root, 'proc', String(pid)), { recursive: true });
    },
    stop: () => rm(root, { recursive: true, force: true }),
  };
};
