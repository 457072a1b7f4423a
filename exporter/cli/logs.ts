import { once } from 'node:events';
import { z } from 'zod';
import { parseDuration } from '../config/quantities.ts';
import { documentsFolder } from '../documents/data-folders.ts';
import type { CliCommand, CliContext } from './command.ts';
import { createLoader, printFaults } from './config-options.ts';
import { type FoundFile, listDocumentFiles, sizeOf } from './search/document-files.ts';
import { follow } from './search/follow.ts';
import { createFinder, type Found } from './search/found.ts';
import { searchAll, searchLast } from './search/search.ts';
import { createShow } from './search/show.ts';

export const logs: CliCommand = {
  name: 'logs',
  summary: 'Search the documents that the file sink wrote: events, health, probes, alerts, container lines.',
  define: (command) => {
    command
      .argument('[text]', 'what a document has to contain, in any case')
      .option('--config <file>', 'configuration file (default: harborlight.yml, if there is one)')
      .option('--dataset <name>', 'event, health, probe, alert, gap, app or container')
      .option('--container <name>', 'of this container: its name, or the beginning of its id')
      .option('--host <name>', 'of this host')
      .option('--since <time>', 'not older than this: 10m, 2h, 1d, or a time as 2026-11-21T08:00:00Z')
      .option('--limit <count>', `the last so many only, 0 for all (default: ${LAST}, all with --since)`)
      .option('--follow', 'go on with what is written from now on')
      .option('--json', 'NDJSON also on a terminal')
      .option('--raw', 'leave control characters as they are');
  },
  run: async (context, options, [text]) => {
    const asked = Options.safeParse(options);
    if (!asked.success) {
      for (const { path, message } of asked.error.issues) context.stderr.write(`--${path.join('.')}: ${message}\n`);
      return 2;
    }
    const { config, ...search } = asked.data;
    const loaded = await createLoader(context, config === undefined ? {} : { config })();
    if (!loaded.ok) {
      printFaults(context, loaded.faults);
      return 2;
    }
    const directory = documentsFolder(loaded.config.paths.data);
    await run(context, { ...search, directory, ...(text !== undefined && text !== '' && { text }) });
    return 0;
  },
};

/** Enough to scroll through. */
const LAST = 1000;

const Options = z.object({
  config: z.string().exactOptional(),
  dataset: z
    .string()
    .regex(/^(?:harborlight\.)?(?:container|event|health|probe|alert|gap|app)$/, 'there is no such dataset')
    .transform((name) => (name.startsWith('harborlight.') ? name : `harborlight.${name}`))
    .exactOptional(),
  container: z.string().exactOptional(),
  host: z.string().exactOptional(),
  since: z
    .string()
    .refine((since) => parseDuration(since) !== undefined || Date.parse(since) > 0, 'neither a duration nor a time')
    .exactOptional(),
  limit: z
    .string()
    .regex(/^\d{1,6}$/, 'a number up to 999999')
    .transform(Number)
    .exactOptional(),
  follow: z.boolean().default(false),
  json: z.boolean().default(false),
  raw: z.boolean().default(false),
});

type Search = Omit<z.output<typeof Options>, 'config'> & { readonly directory: string; readonly text?: string };

async function run(context: CliContext, search: Search): Promise<void> {
  const { since, limit = since === undefined ? LAST : 0 } = search;
  const sinceTime = since === undefined ? undefined : timeOf(since);
  const writing = { show: showOn(context, search), ...createWriter(context) };
  const find = createFinder({ ...search, ...(sinceTime !== undefined && { since: sinceTime }) });
  const list = async () => {
    const files = await listDocumentFiles(search.directory);
    return files.filter((file) => isWanted(file, search.dataset, sinceTime));
  };
  const places = new Map<string, number>();
  const files = await list();
  // A file that is not read is one of before.
  if (search.follow) for (const { path } of files) places.set(path, await sizeOf(path));
  const onPlace = (path: string, byte: number) => void places.set(path, byte);
  const found = limit === 0 ? searchAll(files, { find, onPlace }) : await searchLast(files, { find, onPlace, limit });
  await writeAll(found, writing);
  if (search.follow) await writeAll(follow({ list, places, find }, writing.gone), writing);
}

function showOn({ stdout, env }: CliContext, { json, raw }: Search): (found: Found) => string {
  const isTerminal = stdout.isTTY === true;
  return createShow({ asJson: json || !isTerminal, inColour: isTerminal && env['NO_COLOR'] === undefined, isRaw: raw });
}

/** What happened is written later: a file of an earlier day has nothing of it. */
function isWanted(file: FoundFile, dataset: string | undefined, sinceTime: string | undefined): boolean {
  return (
    (dataset === undefined || file.dataset === dataset) &&
    (sinceTime === undefined || file.day >= sinceTime.slice(0, 10))
  );
}

function timeOf(since: string): string {
  const durationMs = parseDuration(since);
  const time = durationMs === undefined ? new Date(since) : new Date(Date.now() - durationMs);
  return `${time.toISOString().slice(0, -1)}000000Z`;
}

interface Writing {
  readonly show: (found: Found) => string;
  readonly write: (text: string) => Promise<void>;
  /** Aborts when nobody reads any more. */
  readonly gone: AbortSignal;
}

async function writeAll(all: Iterable<Found> | AsyncIterable<Found>, { show, write, gone }: Writing): Promise<void> {
  for await (const found of all) {
    if (gone.aborted) return;
    await write(show(found));
  }
}

/** As fast as whoever reads takes it; `head` goes when it has enough, which is no fault. */
function createWriter({ stdout, signal }: CliContext) {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  stdout.on('error', leave);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  const write = async (text: string) => {
    if (stdout.write(text) || leaving.signal.aborted) return;
    // Aborts when it is left.
    await once(stdout, 'drain', { signal: leaving.signal }).catch(() => undefined);
  };
  return { write, gone: leaving.signal };
}
