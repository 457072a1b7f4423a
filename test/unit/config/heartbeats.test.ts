import { expect, test } from 'vitest';
import { formatFault } from '../../../exporter/config/faults.ts';
import { loadConfig } from '../../../exporter/config/load.ts';
import { redactConfig } from '../../../exporter/config/redact.ts';
import { temporaryFolder } from './temporary-folder.ts';

const load = (yaml: string) =>
  loadConfig({
    commandLine: {},
    env: {},
    cwd: temporaryFolder({ 'harborlight.yml': yaml, token: 's3cret-in-a-file\n' }),
    hostname: 'here',
  });

test('a heartbeat has its token from where it is configured, and no grace unless it is given', async () => {
  const loaded = await load(`heartbeats:
  - { name: backup, every: 1d, grace: 1h, token: s3cret }
  - { name: report, every: 400d, token_file: token }`);
  expect(loaded.ok ? loaded.config.heartbeats : loaded.faults.map(formatFault)).toEqual([
    { name: 'backup', every: 86_400_000, grace: 3_600_000, token: 's3cret' },
    { name: 'report', every: 400 * 86_400_000, grace: 0, token: 's3cret-in-a-file' },
  ]);
  if (loaded.ok) expect(JSON.stringify(redactConfig(loaded.config))).not.toContain('s3cret');
});

test('the status page is off, public and keeps ninety days unless it is told otherwise', async () => {
  const loaded = await load('');
  expect(loaded.ok && loaded.config.status_page).toEqual({
    enabled: false,
    public: true,
    title: 'Service status',
    keep: 90 * 86_400_000,
    probes: ['*'],
  });
});
