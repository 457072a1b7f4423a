import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, plainEnvironment } from './command.ts';
import { bedPath } from './paths.ts';

/** Of a machine that keeps its pid, its console and its connection in this folder instead of the bed's own. */
export const environmentOfVm2 = (directory: string): NodeJS.ProcessEnv => ({
  ...plainEnvironment(),
  TESTBED_RUN: directory,
});

export const isVm2 = (directory: string): boolean => existsSync(join(directory, 'vm2'));

/** Ends the machine of this folder, if there is one, and removes the folder. */
export const endVm2 = async (directory: string): Promise<void> => {
  await command(join(bedPath, 'vm2-down'), [], { env: environmentOfVm2(directory) });
  await rm(directory, { recursive: true, force: true });
};
