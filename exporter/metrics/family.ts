import type { Labels } from '../model/labels.ts';
import type { World } from '../model/world.ts';

/** One number, several labelled numbers, or nothing: unknown is absent, never 0. */
export type Reading = number | undefined | readonly (readonly [Labels, number])[];

/** A metric as data. A state is a gauge 0/1 with one label, in both formats (R25). */
export interface Family<S> {
  /** A whole literal: grep must find it. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'info';
  readonly unit?: 'seconds' | 'bytes' | 'ratio' | 'cores';
  /** One sentence with a full stop that says what the name cannot. */
  readonly help: string;
  /** Beyond the scope's own; a reading may leave one out, never add one. `label_*` stands for the allowlist. */
  readonly labels?: readonly string[];
  readonly read: (subject: S) => Reading;
  /** Unix seconds, since when a counter that we keep ourselves counts: written in OpenMetrics, as `_created`. */
  readonly createdSeconds?: (subject: S) => number | undefined;
}

/** How to find the subjects of a family, and the labels that each always carries. */
export interface Scope<S> {
  readonly name: string;
  readonly labels: readonly string[];
  /**
   * The Labels object of a subject is the same from scrape to scrape while its content is: writers cache its text. A
   * container's series count towards the limit under its identity's labels, which come beside where those are others.
   */
  readonly subjects: (world: World) => readonly (readonly [labels: Labels, subject: S, countedAs?: Labels])[];
}

/** A family with its scope; what the subject was is no longer anybody's business. */
export interface BoundFamily extends Family<unknown> {
  readonly scope: Scope<unknown>;
  /** The scope's own first. */
  readonly labels: readonly string[];
}

export interface Collector {
  /** As in the configuration and in ?collect[]=. */
  readonly name: string;
  readonly families: readonly BoundFamily[];
}

/** Ties families to the scope they read. */
export function bind<S>(scope: Scope<S>, families: readonly Family<S>[]): readonly BoundFamily[] {
  return families.map((family) => ({
    // A bound family is given only subjects of its own scope, which are of type S.
    ...(family as Family<unknown>),
    labels: [...scope.labels, ...(family.labels ?? [])],
    scope,
  }));
}
