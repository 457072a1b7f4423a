import type { CliCommand } from './command.ts';
import { defineConfigOptions } from './config-options.ts';
import { type RunExporter, runLoaded } from './start.ts';

/** The same exporter, on an engine that is simulated and takes the place of the configured ones. */
export function createDemo(runDemo: RunExporter): CliCommand {
  return {
    name: 'demo',
    summary: 'The same with a built-in simulated engine: the whole product without Docker.',
    define: defineConfigOptions,
    run: (context, options) => runLoaded(runDemo, context, options),
  };
}
