import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { cadvisorCollectors } from '../collectors/cadvisor/index.ts';
import { collectors } from '../collectors/index.ts';
import { renderJsonSchema, renderReference } from '../config/docs.ts';
import type { CliCommand } from './command.ts';
import { renderMetricsReference, selfFamilies } from './metrics-reference.ts';

export const docs: CliCommand = {
  name: 'docs',
  summary: 'Write the references of configuration and metrics, and the JSON Schema of the configuration.',
  define: (command) => command.option('--check', 'write nothing; exit with 1 if one of them is not up to date'),
  run: async ({ stdout }, options) => {
    const stale = await findStale();
    for (const { name } of stale) stdout.write(`${name}\n`);
    if (CheckOption.parse(options).check) return stale.length === 0 ? 0 : 1;
    await Promise.all(stale.map(({ path, text }) => writeFile(path, text)));
    return 0;
  },
};

const CheckOption = z.object({ check: z.boolean().default(false) });

/** What is generated and differs from the file, with the text it should have. */
export async function findStale(): Promise<readonly { name: string; path: string; text: string }[]> {
  const metrics = { collectors, self: selfFamilies(), cadvisor: cadvisorCollectors };
  const generated = [
    { name: 'exporter/configuration.md', text: renderReference() },
    { name: 'exporter/harborlight.schema.json', text: renderJsonSchema() },
    { name: 'exporter/metrics.md', text: renderMetricsReference(metrics) },
  ].map((file) => ({ ...file, path: fileURLToPath(new URL(`../../${file.name}`, import.meta.url)) }));
  const current = await Promise.all(generated.map(({ path }) => readFile(path, 'utf8').catch(() => undefined)));
  return generated.filter(({ text }, at) => text !== current[at]);
}
