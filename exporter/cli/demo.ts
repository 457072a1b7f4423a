import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemo } from '../demo/start-demo.ts';
import type { CliCommand } from './command.ts';
import { defineConfigOptions } from './config-options.ts';
import { runExporter } from './run-exporter.ts';

/** The same exporter, on an engine that is simulated and takes the place of the configured ones. */
export const demo: CliCommand = {
  name: 'demo',
  summary: 'The same with a built-in simulated engine: the whole product without Docker.',
  define: defineConfigOptions,
  run: async (context, options) => {
    const directory = await mkdtemp(join(tmpdir(), 'harborlight-demo-'));
    const socketPath = join(directory, 'docker.sock');
    const engine = await startDemo({ socketPath, signal: context.signal });
    try {
      return await runExporter(context, options, {
        hosts: [{ name: 'demo', url: `unix://${socketPath}`, source: 'api', timeout: 5000 }],
        // What never happened does not belong among what did.
        paths: { data: join(directory, 'data'), cgroup: '/sys/fs/cgroup', proc: '/proc' },
      });
    } finally {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    }
  },
};
