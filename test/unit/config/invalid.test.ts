import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formatFault } from '../../../exporter/config/faults.ts';
import { loadConfig } from '../../../exporter/config/load.ts';

const folder = fileURLToPath(new URL('invalid', import.meta.url));

// One file a rule. Its first line is a comment that holds what is told of it, all of it.
test.each(readdirSync(folder).filter((name) => name.endsWith('.yml')))('%s is refused', async (name) => {
  const [comment] = readFileSync(`${folder}/${name}`, 'utf8').split('\n');
  const loaded = await loadConfig({ commandLine: { config: name }, env: {}, cwd: folder, hostname: 'here' });
  const told = loaded.ok ? [] : loaded.faults.map(formatFault);
  expect(`# ${told.join(' / ')}`).toBe(comment);
  expect(told.join()).not.toContain('s3cret');
});
