import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bedPath } from './paths.ts';

export interface CommandOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment without what would lead a Docker client elsewhere. */
export const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DOCKER|HARBORLIGHT)_/.test(name)));

/** Runs a program to its end, whatever its exit code. */
export const runCommand = async (
  file: string,
  args: readonly string[],
  { input = '', env = plainEnvironment(), cwd }: CommandOptions = {},
): Promise<CommandResult> => {
  const child = spawn(file, args, { env, cwd, stdio: 'pipe' });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // A program that does not read its input closes it: no fault of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr };
};

/** Runs a program that must succeed; gives what it printed. */
export const command = async (file: string, args: readonly string[], options?: CommandOptions): Promise<string> => {
  const { exitCode, stdout, stderr } = await runCommand(file, args, options);
  if (exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: exit code ${String(exitCode)}\n${stderr || stdout}`);
  return stdout;
};

/** Runs a script of the bed. */
export const script = async (name: string, ...args: readonly string[]): Promise<void> => {
  await command(join(bedPath, name), args);
};

/** Runs a script of the bed; gives the NAME=value lines that it printed. */
export const scriptValues = async (name: string, ...args: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const printed = await command(join(bedPath, name), args);
  return new Map([...printed.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
};
