/** What happens to containers, in the words of the stories. */
import { readFile } from 'node:fs/promises';
import { waitFor } from '../bed/wait-for.ts';
import type { Stage, Story } from './story.ts';

/** An option of `docker run`: somebody said that the container should run. */
export const EXPECTED = '--label=harborlight.expected=true';

/** Without a network, which all engines can do, and quickly. */
const NETWORK = ['--network', 'none'];
const IMAGE = 'testbed/busybox:1';
/** By signal: the bit of /proc/PID/status for one that has a handler. */
const HANDLED = { SIGHUP: 1n, SIGUSR1: 1n << 9n, SIGTERM: 1n << 14n } as const;
const SERVER = 'trap "exit 3" USR1; trap : HUP; trap "exit 0" TERM; while :; do sleep 1000 & wait $!; done';
/** Lives until it is killed: a main process without a handler heeds no other signal. */
export const DEAF = ['sleep', '100000'] as const;

/** The command that runs a script. */
export function sh(script: string): readonly [string, string, string] {
  return ['sh', '-c', script];
}

/** The command of a container that does something else the first times that it is started, and then what `serve` does. */
export const serveAfter = (times: number, first: string): readonly string[] =>
  sh(`echo >>/starts; [ $(wc -l </starts) -gt ${times} ] || ${first}; ${SERVER}`);

interface Container {
  readonly name: string;
  /** Of `docker create`. */
  readonly options?: readonly string[];
  readonly image?: string;
  /** The image's, if there is none. */
  readonly command?: readonly string[];
}

export const run = (stage: Stage, container: Container): Promise<string> =>
  stage.docker('run', '-d', ...words(container));

/**
 * Runs a container that ends with exit code 3 at SIGUSR1, which no engine takes for a stop, lives through SIGHUP, and ends politely
 * at SIGTERM; returns when it heeds them.
 */
export const serve = async (stage: Stage, name: string, ...options: readonly string[]): Promise<void> => {
  await run(stage, { name, options, command: sh(SERVER) });
  await untilServing(stage, name);
};

/** Waits until a container of `serve` that was started again heeds signals. */
export const untilServing = async (stage: Stage, name: string): Promise<void> => {
  await untilHandled(await pidOf(stage, name), 'SIGTERM');
};

export const create = (stage: Stage, container: Container): Promise<string> =>
  stage.docker('create', ...words(container));

function words({ name, options = [], image = IMAGE, command = [] }: Container): readonly string[] {
  return [...NETWORK, '--name', name, ...options, image, ...command];
}

/** Sends a signal to the main process, past the engine. */
export const signalFromHost = async (
  stage: Stage,
  name: string,
  signal: keyof typeof HANDLED | 'SIGKILL',
): Promise<void> => {
  const pid = await pidOf(stage, name);
  if (signal !== 'SIGKILL') await untilHandled(pid, signal);
  process.kill(pid, signal);
};

/** Waits until `docker inspect --format` prints that: all stories run at a time, so an engine may be slow. */
export const until = async (stage: Stage, name: string, format: string, value: string): Promise<void> => {
  let printed = '';
  const printsIt = async () => (printed = await inspect(stage, name, format)) === value;
  await waitFor(`${format} of ${name} to be ${value}`, printsIt, { timeoutMs: 60_000 }).catch((error: unknown) => {
    throw new Error(`it is ${printed}`, { cause: error });
  });
};

/** Podman may call it stopped for long before it calls it exited. */
export const untilEnded = (stage: Stage, name: string): Promise<void> =>
  until(stage, name, '{{.State.Running}}', 'false');

/** Waits until a container has printed a line. */
export const untilLogged = async (stage: Stage, name: string, line: string): Promise<void> => {
  await waitFor(`${name} to print ${line}`, async () => (await stage.docker('logs', name)).split('\n').includes(line));
};

/** Asks a container to stop. Without a time Podman would kill it at once. */
export const stop = async (stage: Stage, name: string): Promise<void> => {
  await stage.docker('stop', '-t', '5', name);
};

/** Ends a container of `serve` with exit code 3. */
export const crash = async (stage: Stage, name: string): Promise<void> => {
  await signalFromHost(stage, name, 'SIGUSR1');
};

/** The same, and waits until it stays ended. */
export const crashForGood = async (stage: Stage, name: string): Promise<void> => {
  await crash(stage, name);
  await untilEnded(stage, name);
};

/** Waits until there is no such container. */
export const untilGone = async (stage: Stage, name: string): Promise<void> => {
  await waitFor(`the end of ${name}`, async () => !(await namesOn(stage)).includes(name));
};

/** Removes whatever a story may have left. */
export const clear = async (stage: Stage, story: Story): Promise<void> => {
  const names = new Set([...Object.keys(story.expected.before), ...Object.keys(story.expected.after)]);
  const left = (await namesOn(stage)).filter((name) => names.has(name));
  if (left.length > 0) await stage.docker('rm', '--force', ...left);
};

export const pidOf = async (stage: Stage, name: string): Promise<number> =>
  Number(await inspect(stage, name, '{{.State.Pid}}'));

/** A main process without a handler would never get the signal. */
const untilHandled = async (pid: number, signal: keyof typeof HANDLED): Promise<void> => {
  await waitFor(`a handler of ${signal}`, async () => {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (BigInt(`0x${caught ?? '0'}`) & HANDLED[signal]) !== 0n;
  });
};

const inspect = (stage: Stage, name: string, format: string): Promise<string> =>
  stage.docker('container', 'inspect', '--format', format, name);

const namesOn = async (stage: Stage): Promise<readonly string[]> =>
  (await stage.docker('ps', '--all', '--format', '{{.Names}}')).split('\n');
