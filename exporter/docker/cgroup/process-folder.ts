import { join } from 'node:path';
import type { FileText, KernelFiles } from './file.ts';

/** What the kernel tells of one process. */
export interface ProcessFolder {
  /** Below `/proc/PID`. Of this process or nothing where it is held, also once somebody else has its pid. */
  readonly read: (file: 'cgroup' | 'net/dev') => FileText;
  readonly isHeld: boolean;
  readonly close: () => void;
}

/**
 * Holds the folder, which is the process' as long as it is open. Its files are opened at each read: an open `net/dev` would
 * keep the network alive after its container.
 */
export function openProcess(path: string, { openFolder, read }: KernelFiles): ProcessFolder {
  const folder = openFolder(path);
  if ('failure' in folder) return { read: () => folder, isHeld: false, close: () => undefined };
  // One text for each file, not one for each read.
  const paths = { cgroup: join(folder.path, 'cgroup'), 'net/dev': join(folder.path, 'net/dev') };
  return { read: (file) => read(paths[file]), isHeld: folder.isHeld, close: folder.close };
}
