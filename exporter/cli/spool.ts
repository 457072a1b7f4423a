import { z } from 'zod';
import { spoolFolder } from '../documents/data-folders.ts';
import { isMissing } from '../documents/missing-file.ts';
import { readSpoolStatus } from '../documents/spool/read-status.ts';
import type { SpoolReaderStatus, SpoolStatus } from '../documents/spool/spool.ts';
import type { CliCommand, CliCommandGroup } from './command.ts';
import { defineConfigFile, findDataFolder } from './config-options.ts';
import { printable } from './printable.ts';
import { table } from './table.ts';

const status: CliCommand = {
  name: 'status',
  summary: 'Tell what waits for each sink, whether the exporter runs or not.',
  define: (command) => {
    defineConfigFile(command).option('--json', 'print it as JSON');
  },
  run: async (context, options) => {
    const { json, ...configFile } = Options.parse(options);
    const data = await findDataFolder(context, configFile);
    if (data === undefined) return 2;
    const directory = spoolFolder(data);
    try {
      const found = await readSpoolStatus(directory);
      context.stdout.write(json ? `${JSON.stringify(found)}\n` : describe(found, directory));
      return 0;
    } catch (error) {
      if (!isMissing(error)) throw error;
      context.stderr.write(`there is no spool in ${directory}\n`);
      return 1;
    }
  },
};

export const spool: CliCommandGroup = {
  name: 'spool',
  summary: 'Documents that are not delivered yet.',
  commands: [status],
};

const Options = z.object({ config: z.string().exactOptional(), json: z.boolean().default(false) });

function describe({ bytes, segments, readers }: SpoolStatus, directory: string): string {
  const head = `${directory}: ${mebibytes(bytes)} in ${segments} ${segments === 1 ? 'segment' : 'segments'}\n`;
  return `${head}${table(['sink', 'waiting', 'size', 'oldest', 'lost'], readers.map(row))}`;
}

function row({ sink, waitingDocuments, waitingBytes, oldestMs, lostDocuments }: SpoolReaderStatus): readonly string[] {
  const oldest = oldestMs === undefined ? '-' : new Date(oldestMs).toISOString();
  return [printable(sink), String(waitingDocuments), mebibytes(waitingBytes), oldest, String(lostDocuments)];
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
