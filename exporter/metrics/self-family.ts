import type { Labels } from '../model/labels.ts';
import { type ExpositionFormat, type FamilyHead, renderHead } from './format.ts';
import { closedWith, NO_LABELS } from './label-text.ts';

/** A family about ourselves, with its values. */
export interface SelfFamily extends FamilyHead {
  readonly samples: readonly SelfSample[];
}

export interface SelfSample {
  /** The family's, or that of a histogram's part: _bucket, _sum, _count. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** The last observation of a bucket that was traced. */
  readonly exemplar?: Exemplar;
}

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Unix seconds. */
  readonly atSeconds: number;
}

/** The family's text; empty when it has no value that can be written. */
export function renderSelfFamily(family: SelfFamily, format: ExpositionFormat): string {
  const lines = family.samples
    .filter(({ value }) => Number.isFinite(value))
    .map(({ name, labels, value, exemplar }) => {
      // Text 0.0.4 knows none.
      const tied = format === 'openmetrics' && exemplar !== undefined ? renderExemplar(exemplar) : '';
      return `${name}${closedWith(NO_LABELS, labels)}${value}${tied}\n`;
    });
  return lines.length === 0 ? '' : renderHead(family, format) + lines.join('');
}

function renderExemplar({ labels, value, atSeconds }: Exemplar): string {
  return ` # ${closedWith(NO_LABELS, labels).trimEnd()} ${value} ${atSeconds}`;
}
