import { spawn } from 'node:child_process';
import { waitFor } from './wait-for.ts';

export interface Child {
  readonly pid: number;
  /** All it has printed so far, both streams as they came. */
  readonly log: () => string;
  readonly running: () => boolean;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Settles with its exit code, null after a signal. */
  readonly ended: Promise<number | null>;
  /** SIGTERM, and SIGKILL for one that does not heed it within 10 s. */
  readonly stop: () => Promise<void>;
}

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Starts a program that stays, its output kept. It does not outlive the test process where that ends in order. */
export const startChild = (file: string, args: readonly string[], options: ChildOptions): Child => {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${file}: ${error.message}\n`));
      resolve(null);
    });
    child.once('close', resolve);
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  void ended.then(() => process.off('exit', kill));
  const running = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  return {
    pid: child.pid ?? -1,
    log: () => Buffer.concat(chunks).toString(),
    running,
    signal: (signal) => void child.kill(signal),
    ended,
    stop: async () => {
      if (running()) child.kill('SIGTERM');
      const patience = setTimeout(kill, 10_000);
      await ended;
      clearTimeout(patience);
    },
  };
};

/** Waits until a child that was just started answers; throws with its log when it ends or takes too long. */
export const untilUp = async (
  child: Child,
  answers: () => Promise<boolean>,
  { timeoutMs = 30_000 } = {},
): Promise<void> => {
  const settled = waitFor('an answer', async () => !child.running() || (await answers()), { timeoutMs });
  await settled.catch((cause: unknown) => {
    throw new Error(`start a program; its log:\n${child.log()}`, { cause });
  });
  if (!child.running()) throw new Error(`start a program; it ended, its log:\n${child.log()}`);
};
