import { runCommand } from '../bed/command.ts';

/**
 * Runs a process before other programs, where that is allowed, and its main thread before those that it waits for: what
 * is measured is what it does, not what is done beside it.
 */
export const putFirst = async (pid: number): Promise<void> => {
  await runCommand('chrt', ['--all-tasks', '--fifo', '--pid', '1', String(pid)]);
  await runCommand('chrt', ['--fifo', '--pid', '2', String(pid)]);
};
