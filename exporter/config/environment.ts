import type { Fault } from './faults.ts';
import { nearest } from './nearest.ts';
import type { Option, OptionNode, OptionPath } from './tree.ts';

/** Variables and command line options by name; a variable that is not set is undefined. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One option, set outside of the file. */
export interface Setting {
  readonly path: OptionPath;
  readonly value: unknown;
  /** The variable or command line option that set it. */
  readonly origin: string;
}

export interface Settings {
  readonly settings: readonly Setting[];
  readonly faults: readonly Fault[];
}

const PREFIX = 'HARBORLIGHT_';

/** `HARBORLIGHT_LISTEN_PORT`; of what stands in a list, the variable of the list. */
export function variableOf({ path }: Pick<Option, 'path'>): string {
  const list = path.indexOf('[]');
  return PREFIX + (list < 0 ? path : path.slice(0, list)).join('_').toUpperCase();
}

/** Every `HARBORLIGHT_*` variable that is not empty: compose files pass on empty ones for what is not set. */
export function readEnvironment(env: Environment, options: readonly Option[]): Settings {
  const known = new Map(options.filter(({ inList }) => !inList).map((option) => [variableOf(option), option]));
  const settings: Setting[] = [];
  const faults: Fault[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || text === undefined || text === '') continue;
    const option = known.get(name);
    if (option === undefined) {
      const best = nearest(
        name.slice(PREFIX.length),
        [...known.keys()].map((key) => key.slice(PREFIX.length)),
      );
      const hint = best === undefined ? {} : { nearest: PREFIX + best };
      faults.push({ path: '', expected: 'a known variable', ...hint, origin: name });
    } else settings.push({ path: option.path, value: parseText(text, option.node), origin: name });
  }
  return { settings, faults };
}

/** The value that the file would hold; what does not parse stays a text, which the tree then refuses. */
export function parseText(text: string, node: OptionNode): unknown {
  switch (node.type) {
    case 'integer':
      return /^\d+$/.test(text) ? Number(text) : text;
    case 'boolean':
      return (
        new Map<string, unknown>([
          ['true', true],
          ['false', false],
        ]).get(text) ?? text
      );
    case 'array':
      if (node.items?.type === 'string' && !text.startsWith('[')) return text.split(',').map((item) => item.trim());
      return parseJson(text);
    case 'object':
      return parseJson(text);
    default:
      return text;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold secrets.
    return text;
  }
}
