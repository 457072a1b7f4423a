import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandLine } from '../config/command-line.ts';
import { formatFault } from '../config/faults.ts';
import { type LoadResult, loadConfig } from '../config/load.ts';
import type { CliContext } from './command.ts';

/** The option of commands that only look something up in the configuration. */
export function defineConfigFile(command: Command): Command {
  return command.option('--config <file>', 'configuration file (default: harborlight.yml, if there is one)');
}

/** The options of every command that runs with the configuration. */
export function defineConfigOptions(command: Command): void {
  defineConfigFile(command)
    .option('--listen <address:port>', 'where to listen')
    .option('--host <url>', 'engine to watch instead of the configured ones; may be repeated', collect)
    .option('--log-level <level>', 'debug, info, warn or error');
}

/** Reads the configuration, anew at each call. */
export function createLoader(context: CliContext, options: unknown): () => Promise<LoadResult> {
  const { env, cwd, hostname } = context;
  const commandLine: CommandLine = Options.parse(options);
  return () => loadConfig({ commandLine, env, cwd, hostname });
}

/** The folder that the configuration names for what survives a restart; undefined when it is no good, which is told. */
export async function findDataFolder(context: CliContext, options: unknown): Promise<string | undefined> {
  const loaded = await createLoader(context, options)();
  if (loaded.ok) return resolve(context.cwd, loaded.config.paths.data);
  printFaults(context, loaded.faults);
  return undefined;
}

/** For people: a line a fault. */
export function printFaults(context: CliContext, faults: Extract<LoadResult, { ok: false }>['faults']): void {
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  context.stderr.write(
    `${count} in the configuration:\n${faults.map((fault) => `  ${formatFault(fault)}\n`).join('')}`,
  );
}

const Options = z.object({
  config: z.string().exactOptional(),
  listen: z.string().exactOptional(),
  host: z.array(z.string()).exactOptional(),
  logLevel: z.string().exactOptional(),
});

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
