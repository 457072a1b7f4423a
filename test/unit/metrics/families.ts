import { type Exposition, renderExposition } from '../../../exporter/metrics/exposition.ts';
import { type BoundFamily, bind, type Collector, type Family, type Scope } from '../../../exporter/metrics/family.ts';
import type { ExpositionFormat } from '../../../exporter/metrics/format.ts';
import type { Labels } from '../../../exporter/model/labels.ts';

/** A scope of given subjects, whatever the world is. */
export function scopeOf<S>(
  subjects: readonly (readonly [Labels, S])[],
  labels: readonly string[] = ['host'],
): Scope<S> {
  return { name: 'given', labels, subjects: () => subjects };
}

/** A gauge of given readings, one subject each. */
export function gaugeOf(name: string, readings: readonly (readonly [Labels, number])[]): BoundFamily {
  return familyOf({ name, type: 'gauge', help: 'Given numbers.', read: (value) => value }, readings);
}

export function familyOf<S>(family: Family<S>, subjects: readonly (readonly [Labels, S])[]): BoundFamily {
  const [bound] = bind(scopeOf(subjects), [family]);
  if (bound === undefined) throw new Error('bind gives one family for one');
  return bound;
}

export function collectorOf(...families: readonly BoundFamily[]): Collector {
  return { name: 'given', families };
}

/** Renders to the end: the text, and what the generator returned. */
export function render(exposition: Partial<Exposition>) {
  const pieces = renderExposition({
    world: { hosts: [] },
    collectors: [],
    format: 'text',
    nowMs: () => 0,
    ...exposition,
  });
  let text = '';
  for (;;) {
    const next = pieces.next();
    if (next.done === true) return { text, reports: next.value };
    text += next.value;
  }
}

export function textOf(family: BoundFamily, format: ExpositionFormat = 'text'): string {
  return render({ collectors: [collectorOf(family)], format }).text;
}
