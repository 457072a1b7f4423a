import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createKernelSampler, type KernelRound } from '../../../../exporter/docker/cgroup/kernel-sampler.ts';

export const ID = 'a'.repeat(64);
export const OTHER_ID = 'b'.repeat(64);

export interface CgroupBedOptions {
  readonly maxOpen?: number;
}

/** Folders in the place of a machine's /proc and cgroup file system, and a sampler that reads them. */
export function createCgroupBed(options: CgroupBedOptions = {}) {
  const root = mkdtempSync(join(tmpdir(), 'harborlight-cgroup-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  let nowMs = 0;
  const kernel = createKernelSampler({
    procRoot: join(root, 'proc'),
    cgroupRoot: join(root, 'cgroup'),
    nowMs: () => nowMs,
    ...options,
  });
  return {
    root,
    /** A path from `proc/` or `cgroup/` on, or several; `undefined` takes one away. */
    write: (files: Readonly<Record<string, string | undefined>>) => {
      for (const [path, text] of Object.entries(files)) {
        if (text === undefined) {
          empty(join(root, path));
          rmSync(join(root, path), { recursive: true, force: true });
          continue;
        }
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    },
    pass: (milliseconds: number) => {
      nowMs += milliseconds;
    },
    sample: (id = ID, pid: number | undefined = 7, hasNetwork = true): Promise<KernelRound> =>
      kernel.sample([{ id, pid, hasNetwork }]),
    kernel,
  };
}

/** Who has a file of the kernel's open reads nothing from it any more once it is gone; of a file of a disk he would. */
function empty(path: string): void {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isFile()) truncateSync(path);
  if (kind?.isDirectory()) for (const name of readdirSync(path)) empty(join(path, name));
}

/** A group of cgroup v2 with all that a container's has, and numbers that tell each file from the others. */
export const v2Group = (directory: string): Readonly<Record<string, string>> => ({
  'cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
  [`cgroup/${directory}/cpu.stat`]:
    'usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\nnr_periods 20\nnr_throttled 5\nthrottled_usec 250000\n',
  [`cgroup/${directory}/memory.current`]: '10000\n',
  [`cgroup/${directory}/memory.stat`]:
    'anon 4000\nfile 3000\nkernel 500\ninactive_anon 9\ninactive_file 1000\npgfault 70\npgmajfault 20\n',
  [`cgroup/${directory}/memory.peak`]: '20000\n',
  [`cgroup/${directory}/memory.swap.current`]: '600\n',
  [`cgroup/${directory}/memory.events`]: 'low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n',
  [`cgroup/${directory}/pids.current`]: '3\n',
  [`cgroup/${directory}/pids.max`]: '100\n',
  [`cgroup/${directory}/io.stat`]: '8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n',
  [`cgroup/${directory}/cpu.pressure`]:
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n',
  [`cgroup/${directory}/memory.pressure`]:
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n',
  [`cgroup/${directory}/io.pressure`]:
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\n',
});

/** A process of a container, with a loopback and one interface. */
export const processOf = (pid: number, cgroup: string): Readonly<Record<string, string>> => ({
  [`proc/${pid}/cgroup`]: cgroup,
  [`proc/${pid}/net/dev`]: [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:   40920     528    0    0    0     0          0         0    40920     528    0    0    0     0       0          0',
    '  eth0:      11      12   13   14    0     0          0         0       21      22   23   24    0     0       0          0',
    '',
  ].join('\n'),
});
