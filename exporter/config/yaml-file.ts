import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Fault } from './faults.ts';
import { isMapping, type OptionPath } from './tree.ts';

export interface YamlFile {
  readonly tree: Readonly<Record<string, unknown>>;
  /** `harborlight.yml:12`: of the option, or of what is nearest around it in the file. */
  readonly originOf: (path: OptionPath) => string | undefined;
  /** Its name, if there is a file. */
  readonly sources: readonly string[];
}

export const NO_FILE: YamlFile = { tree: {}, originOf: () => undefined, sources: [] };

export type YamlResult =
  | { readonly ok: true; readonly file: YamlFile }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export function parseYaml(name: string, text: string): YamlResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const origin = (offset: number) => `${name}:${lines.linePos(offset).line}`;
  const mistakes = findMistakes(document);
  if (mistakes.length > 0) {
    const faults = mistakes.map(({ offset, what }) => ({
      path: '',
      expected: 'valid YAML',
      given: what,
      origin: origin(offset),
    }));
    return { ok: false, faults };
  }
  const tree: unknown = document.toJS() ?? {};
  if (!isMapping(tree)) {
    return { ok: false, faults: [{ path: '', expected: 'a mapping of options', origin: origin(0) }] };
  }
  const originOf = (path: OptionPath) => origin(offsetOf(document.contents, path));
  return { ok: true, file: { tree, originOf, sources: [name] } };
}

interface Mistake {
  readonly offset: number;
  readonly what: string;
}

/** The parser's own words quote the text, which may hold secrets; its codes do not. */
function findMistakes(document: Document.Parsed): readonly Mistake[] {
  const mistakes: Mistake[] = [...document.errors, ...document.warnings].map(({ code, pos: [offset] }) => ({
    offset,
    what: code.toLowerCase().replaceAll('_', ' '),
  }));
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) !== undefined) return;
      mistakes.push({
        offset: node.range?.[0] ?? 0,
        what: 'an alias of nothing: a text that starts with * needs quotes',
      });
    },
  });
  return mistakes;
}

/** Where the deepest key of the path stands that the file has. */
function offsetOf(contents: unknown, path: OptionPath): number {
  let node = contents;
  let offset = 0;
  for (const key of path) {
    const step = isSeq(node) ? itemAt(node.items, key) : pairAt(node, key);
    if (step === undefined) break;
    offset = step.offset;
    node = step.node;
  }
  return offset;
}

function itemAt(items: readonly unknown[], key: string | number): { offset: number; node: unknown } | undefined {
  const node = typeof key === 'number' ? items[key] : undefined;
  return node === undefined ? undefined : { offset: startOf(node), node };
}

function pairAt(map: unknown, key: string | number): { offset: number; node: unknown } | undefined {
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
  return pair === undefined ? undefined : { offset: startOf(pair.key), node: pair.value };
}

function startOf(node: unknown): number {
  return (isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined) ?? 0;
}
