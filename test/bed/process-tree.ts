import { readdirSync } from 'node:fs';
import { readIfThere } from './paths.ts';

/** The ids of a process's children, theirs and so on; a parent before its children. */
export const descendantsOf = (pid: number): readonly number[] => {
  const children = (readIfThere(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
};

/** The program and its arguments; undefined once it has ended. */
export const commandLineOf = (pid: number): string | undefined =>
  readIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() || undefined;

export const threadCountOf = (pid: number): number => readdirSync(`/proc/${pid}/task`).length;
