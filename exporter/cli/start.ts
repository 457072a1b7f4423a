import type { LoadResult } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { CliCommand, CliContext, ExitCode } from './command.ts';
import { createLoader, defineConfigOptions, printFaults } from './config-options.ts';

/** Watches engines until the context's signal aborts. `reload` reads the configuration again. */
export type RunExporter = (run: {
  readonly config: Config;
  readonly reload: () => Promise<LoadResult>;
  readonly context: CliContext;
}) => Promise<ExitCode>;

export function createStart(runExporter: RunExporter): CliCommand {
  return {
    name: 'start',
    summary: 'Watch the configured engines and answer scrapes.',
    define: defineConfigOptions,
    run: (context, options) => runLoaded(runExporter, context, options),
  };
}

/** Runs with the configuration, or tells its faults; warnings are no reason not to start. */
export async function runLoaded(runExporter: RunExporter, context: CliContext, options: unknown): Promise<ExitCode> {
  const reload = createLoader(context, options);
  const loaded = await reload();
  if (!loaded.ok) {
    printFaults(context, loaded.faults);
    return 2;
  }
  for (const warning of loaded.warnings) context.stderr.write(`${warning}\n`);
  return runExporter({ config: loaded.config, reload, context });
}
