import { formatFault } from '../../exporter/config/faults.ts';
import { loadConfig } from '../../exporter/config/load.ts';
import type { Config } from '../../exporter/config/schema.ts';
import { temporaryFolder } from './config/temporary-folder.ts';

/** What a file with this text configures. */
export async function loadedConfig(yaml = ''): Promise<Config> {
  const cwd = temporaryFolder({ 'harborlight.yml': yaml });
  const loaded = await loadConfig({ commandLine: {}, env: {}, cwd, hostname: 'here' });
  if (!loaded.ok) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.config;
}
