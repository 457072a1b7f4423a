import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { contextWarnings, readDockerEnvironment } from './docker-environment.ts';
import { type Environment, readEnvironment, type Setting, type Settings } from './environment.ts';
import { type Fault, faultsOf } from './faults.ts';
import { MISSING, reasonOf } from './fields.ts';
import { findLostKeys } from './lost-keys.ts';
import { type Config, createConfigSchema, describeConfig } from './schema.ts';
import { describeTree, formatPath, isMapping, listOptions, type OptionPath } from './tree.ts';
import { NO_FILE, parseYaml, type YamlFile, type YamlResult } from './yaml-file.ts';

export interface ConfigSource {
  readonly commandLine: CommandLine;
  readonly env: Environment;
  /** Relative paths count from here, those in the file too. */
  readonly cwd: string;
  readonly hostname: string;
}

export type LoadResult =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly string[];
      /** The file, variables and command line options that say something else than the defaults. */
      readonly sources: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const DEFAULT_FILE = 'harborlight.yml';

/** Defaults < file < environment < command line; every file is read anew. All faults at once; rejects for none. */
export async function loadConfig({ commandLine, env, cwd, hostname }: ConfigSource): Promise<LoadResult> {
  const readText = (path: string) => readFile(resolve(cwd, path), 'utf8');
  const yaml = await readConfigFile(commandLine.config, readText);
  const given = merge(readEnvironment(env, listOptions(describeConfig())), readCommandLine(commandLine));
  // Without its file, what was configured there would be told as missing.
  if (!yaml.ok) return refuse([...yaml.faults, ...given.faults]);

  const isHostless = yaml.file.tree['hosts'] === undefined && given.settings.every(({ path }) => path[0] !== 'hosts');
  const docker = isHostless ? await readDockerHost(env, readText) : [];
  const settings = [...docker, ...given.settings];
  const judged = await judge(createConfigSchema({ hostname, readText }), yaml.file, settings);
  const faults = [...given.faults, ...judged.faults];
  if (judged.config === undefined || faults.length > 0) return refuse(faults);
  const sources = [...new Set([...yaml.file.sources, ...settings.map(({ origin }) => origin)])];
  return { ok: true, config: judged.config, warnings: isHostless ? contextWarnings(env) : [], sources };
}

/** What the tree says to file and settings together. */
async function judge(
  schema: ReturnType<typeof createConfigSchema>,
  file: YamlFile,
  settings: readonly Setting[],
): Promise<{ readonly config?: Config; readonly faults: readonly Fault[] }> {
  const value = settings.reduce((tree, setting) => withValue(tree, setting.path, setting.value), file.tree);
  const parsed = await schema.safeParseAsync(value, { error: () => '' });
  const originOf = (path: OptionPath) => originIn(settings, path) ?? file.originOf(path);
  const root = describeTree(schema);
  const faults = [
    ...findLostKeys(root, value).map((path) => lostKey(path, originOf(path))),
    ...(parsed.error?.issues ?? []).flatMap((issue) => faultsOf(issue, { root, value, originOf })),
  ];
  return parsed.success ? { config: parsed.data, faults } : { faults };
}

function lostKey(path: OptionPath, origin: string | undefined): Fault {
  return { path: formatPath(path), expected: 'another key', ...(origin !== undefined && { origin }) };
}

/** In the order of the file's lines, whatever was checked first. */
function refuse(faults: readonly Fault[]): LoadResult {
  const placeOf = ({ origin, path }: Fault) => `${origin ?? ''} ${path}`;
  const order = new Intl.Collator('en', { numeric: true });
  return { ok: false, faults: faults.toSorted((a, b) => order.compare(placeOf(a), placeOf(b))) };
}

function merge(...all: readonly Settings[]): Settings {
  return { settings: all.flatMap(({ settings }) => settings), faults: all.flatMap(({ faults }) => faults) };
}

type ReadText = (path: string) => Promise<string>;

/** Without a name, a file that is not there is none. */
async function readConfigFile(name: string | undefined, readText: ReadText): Promise<YamlResult> {
  const path = name ?? DEFAULT_FILE;
  try {
    return parseYaml(path, await readText(path));
  } catch (error) {
    const reason = reasonOf(error);
    if (name === undefined && reason === MISSING) return { ok: true, file: NO_FILE };
    return { ok: false, faults: [{ path: '', expected: `a readable file: ${reason}`, origin: path }] };
  }
}

function readDockerHost(env: Environment, readText: ReadText): Promise<readonly Setting[]> {
  const isReadable = (path: string) =>
    readText(path).then(
      () => true,
      () => false,
    );
  return readDockerEnvironment({ env, homeDirectory: env['HOME'] ?? homedir(), isReadable });
}

type Tree = Readonly<Record<string, unknown>>;

/** Replaces the option as a whole: lists and maps of two sources are never mixed. */
function withValue(tree: Tree, [key, ...rest]: OptionPath, value: unknown): Tree {
  if (key === undefined) return tree;
  const inner = tree[key];
  return { ...tree, [key]: rest.length === 0 ? value : withValue(isMapping(inner) ? inner : {}, rest, value) };
}

/** The last setting that the path lies in. */
function originIn(settings: readonly Setting[], path: OptionPath): string | undefined {
  return settings.findLast((setting) => setting.path.every((key, at) => path[at] === key))?.origin;
}
