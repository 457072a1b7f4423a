import type { Labels } from '../model/labels.ts';

/** More values than interfaces, devices and states have on a machine; beyond it the memory begins anew. */
const MOST_VALUES = 1024;

/**
 * Labels of one name: the same frozen object each time for the same value, so that writers keep its text for each subject.
 * Half of a container's series have such a label, and to write it anew took half of the rendering.
 */
export function oneLabel(name: string): (value: string) => Labels {
  // Only a memory of what a pure function gave.
  const known = new Map<string, Labels>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    if (known.size >= MOST_VALUES) known.clear();
    const labels = Object.freeze({ [name]: value });
    known.set(value, labels);
    return labels;
  };
}
