import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Exporter } from '../bed/exporter.ts';
import { waitFor } from '../bed/wait-for.ts';
import { APART_MS } from './bench-exporter.ts';

const STRACE = '/usr/bin/strace';

/** How many system calls a scrape makes, by strace's summary; undefined where there is none. */
export async function countSystemCalls(exporter: Exporter, scrapes: number): Promise<number | undefined> {
  if (!existsSync(STRACE)) return undefined;
  const quiet = await countWhile(exporter.pid, () => delay(scrapes * APART_MS));
  const busy = await countWhile(exporter.pid, async () => {
    for (let scrape = 0; scrape < scrapes; scrape++) {
      await delay(APART_MS);
      await exporter.scrape();
    }
  });
  return (busy - quiet) / scrapes;
}

async function countWhile(pid: number, work: () => Promise<unknown>): Promise<number> {
  const child = spawn(STRACE, ['--summary-only', '--follow-forks', `--attach=${pid}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  await waitFor('strace', () => said.includes('attached'));
  await work();
  // Lets go of the process, and prints what it counted.
  child.kill('SIGINT');
  await ended;
  const total = /^\s*100\.00 +[\d.]+ +\d+ +(\d+) .*total$/m.exec(said)?.[1];
  if (total === undefined) throw new Error(`count system calls; strace said:\n${said}`);
  return Number(total);
}
