import type { Command } from 'commander';
import { z } from 'zod';
import { deadLettersFolder } from '../documents/data-folders.ts';
import { dropLetter, type FoundLetter, findDeadLetters, markForResend } from '../documents/dead-letter-desk.ts';
import type { CliCommand, CliCommandGroup, CliContext, ExitCode } from './command.ts';
import { defineConfigFile, findDataFolder } from './config-options.ts';
import { printable, printableJson } from './printable.ts';

const list: CliCommand = {
  name: 'list',
  summary: 'Tell which documents were refused, by whom and why.',
  define: (command) => {
    defineSink(command).option('--json', 'NDJSON, a letter a line, without its document');
  },
  run: async (context, options) => {
    const letters = await find(context, options);
    if (letters === undefined) return 2;
    const { json } = Options.parse(options);
    for await (const found of letters) context.stdout.write(`${json ? jsonLine(found) : line(found)}\n`);
    return 0;
  },
};

const show: CliCommand = {
  name: 'show',
  summary: 'Print a refused document.',
  define: (command) => {
    defineSink(command).argument('<id>', 'as list prints it; behind -- where it begins with -');
  },
  run: async (context, options, [id]) => {
    const letters = await find(context, options);
    if (letters === undefined) return 2;
    for await (const { letter } of letters) {
      if (letter.document.id !== id) continue;
      context.stdout.write(`${printableJson(JSON.parse(letter.document.json), 2)}\n`);
      return 0;
    }
    return unknown(context, [id ?? '']);
  },
};

const resend: CliCommand = {
  name: 'resend',
  summary: 'Have refused documents sent again, by the exporter that runs or by the next one.',
  define: defineChoice,
  run: (context, options, ids) => forEachChosen(context, { options, ids }, markForResend),
};

const drop: CliCommand = {
  name: 'drop',
  summary: 'Delete refused documents for good.',
  define: defineChoice,
  run: (context, options, ids) => forEachChosen(context, { options, ids }, dropLetter),
};

export const deadLetters: CliCommandGroup = {
  name: 'dead-letters',
  summary: 'Documents that a sink refused for good.',
  commands: [list, show, resend, drop],
};

const Options = z.object({
  config: z.string().exactOptional(),
  sink: z.string().exactOptional(),
  json: z.boolean().default(false),
  all: z.boolean().default(false),
});

function defineSink(command: Command): Command {
  return defineConfigFile(command).option('--sink <name>', 'of this sink only');
}

function defineChoice(command: Command): void {
  defineSink(command)
    .argument('[ids...]', 'as list prints them; behind -- where one begins with -')
    .option('--all', 'all of them');
}

/** Undefined when the configuration is no good, which is told. */
async function find(context: CliContext, options: unknown): Promise<AsyncGenerator<FoundLetter> | undefined> {
  const { sink, config } = Options.parse(options);
  const data = await findDataFolder(context, config === undefined ? {} : { config });
  return data === undefined ? undefined : ofSink(findDeadLetters(deadLettersFolder(data)), sink);
}

async function* ofSink(letters: AsyncGenerator<FoundLetter>, sink: string | undefined): AsyncGenerator<FoundLetter> {
  for await (const found of letters) if (sink === undefined || found.letter.sink === sink) yield found;
}

interface Choice {
  readonly options: unknown;
  readonly ids: readonly string[];
}

async function forEachChosen(
  context: CliContext,
  { options, ids }: Choice,
  work: (found: FoundLetter) => Promise<void>,
): Promise<ExitCode> {
  const { all } = Options.parse(options);
  if (all === ids.length > 0) {
    context.stderr.write('error: name ids, or --all\n');
    return 2;
  }
  const letters = await find(context, options);
  if (letters === undefined) return 2;
  const missing = new Set(ids);
  let count = 0;
  for await (const found of letters) {
    const { id } = found.letter.document;
    if (!all && !ids.includes(id)) continue;
    await work(found);
    missing.delete(id);
    count++;
  }
  context.stdout.write(`${count}\n`);
  return missing.size === 0 ? 0 : unknown(context, [...missing]);
}

function unknown({ stderr }: CliContext, ids: readonly string[]): ExitCode {
  for (const id of ids) stderr.write(`no dead letter ${printable(id)}\n`);
  return 1;
}

function line({ letter: { sink, document, atMs, status, reason }, isMarked }: FoundLetter): string {
  const cells = [sink, document.id, document.dataset, new Date(atMs).toISOString(), String(status), reason];
  return `${cells.map(printable).join('  ')}${isMarked ? '  (to be sent again)' : ''}`;
}

function jsonLine({ letter: { sink, document, atMs, status, reason }, isMarked }: FoundLetter): string {
  const { id, dataset, namespace } = document;
  return printableJson({
    sink,
    id,
    dataset,
    namespace,
    at: new Date(atMs).toISOString(),
    status,
    reason,
    resend: isMarked,
  });
}
