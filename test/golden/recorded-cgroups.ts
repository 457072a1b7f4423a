import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A container whose groups were recorded. */
export interface RecordedGroups {
  readonly id: string;
  readonly pid: number;
}

/** Pid that stands for the recorded process. */
const PID = 4711;

/**
 * Lays out under `root` what the kernel's files said of a recorded container: `cgroup/` and `proc/`. Recorded are the
 * groups of two containers, and /proc of the process of one: to the other it is given under its id.
 */
export function layOutRecorded(engine: string, container: string, root: string): RecordedGroups {
  const groups = readFiles(engine, `${container}.txt`);
  const id = /[0-9a-f]{64}/.exec([...groups.keys()].join('\n'))?.[0] ?? '';
  for (const [path, text] of groups) write(join(root, 'cgroup', path), text);
  // The mount's own file, which says that it is cgroup v2.
  if (!groups.has(`./memory/docker/${id}/memory.stat`))
    write(join(root, 'cgroup/cgroup.controllers'), 'cpu io memory pids\n');
  for (const [path, text] of readFiles(engine, 'proc.txt')) {
    if (path.startsWith('/proc/PID/')) {
      write(join(root, path.replace('PID', String(PID))), text.replace(/[0-9a-f]{64}/g, id));
    }
  }
  return { id, pid: PID };
}

function readFiles(engine: string, name: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(dirname(fileURLToPath(import.meta.url)), engine, 'cgroup', name), 'utf8');
  const files = text.split(/^==> /m).slice(1);
  return new Map(files.map((file) => [file.slice(0, file.indexOf('\n')), file.slice(file.indexOf('\n') + 1)]));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
