import { isMapping, nodeAt, type OptionNode, type OptionPath } from './tree.ts';

/** The keys of mappings that zod leaves out without a word: what was written there would not be in force. */
export function findLostKeys(root: OptionNode, value: unknown): readonly OptionPath[] {
  const find = (inner: unknown, path: OptionPath): readonly OptionPath[] => {
    if (Array.isArray(inner)) return inner.flatMap((item: unknown, at) => find(item, [...path, at]));
    if (!isMapping(inner)) return [];
    // Where options are known by name it is refused like any other.
    const takesAnyKey = Object.hasOwn(inner, LOST) && Boolean(nodeAt(root, path, value)?.additionalProperties);
    const further = Object.entries(inner).flatMap(([key, one]) => find(one, [...path, key]));
    return takesAnyKey ? [[...path, LOST], ...further] : further;
  };
  return find(value, []);
}

const LOST = '__proto__';
