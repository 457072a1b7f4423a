import type { CliCommand } from './command.ts';
import { defineConfigOptions } from './config-options.ts';
import { runExporter } from './run-exporter.ts';

export const start: CliCommand = {
  name: 'start',
  summary: 'Watch the configured engines and answer scrapes.',
  define: defineConfigOptions,
  run: (context, options) => runExporter(context, options),
};
