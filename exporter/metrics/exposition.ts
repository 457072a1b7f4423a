import type { World } from '../model/world.ts';
import { type CollectorReport, reportFamilies } from './collector-report.ts';
import type { BoundFamily, Collector, Reading } from './family.ts';
import { createdName, type ExpositionFormat, renderEnd, renderHead } from './format.ts';
import { closedWith, type LabelText } from './label-text.ts';
import { renderSelfFamily, type SelfFamily } from './self-family.ts';
import { createSubjects, type SubjectsOf } from './subjects.ts';

export interface Exposition {
  readonly world: World;
  readonly collectors: readonly Collector[];
  /** What is said of ourselves, the collectors' reports with it; absent where it would be another target's (R36). */
  readonly self?: readonly SelfFamily[];
  readonly format: ExpositionFormat;
  /** Monotonic. */
  readonly nowMs: () => number;
}

/**
 * Yields the text in pieces of well under a millisecond of work, so that the caller can give way between them. A piece
 * may be empty: a collector's text is held back until all of it is there, and left out when the collector throws.
 */
export function* renderExposition(exposition: Exposition): Generator<string, readonly CollectorReport[]> {
  const { world, collectors, self, format, nowMs } = exposition;
  const subjectsOf = createSubjects(world);
  const reports: CollectorReport[] = [];
  for (const collector of collectors) {
    const pieces = renderFamilies(collector.families, subjectsOf, format);
    reports.push(yield* isolated(collector.name, pieces, nowMs));
  }
  if (self !== undefined) {
    for (const family of [...reportFamilies(reports), ...self]) yield renderSelfFamily(family, format);
  }
  yield renderEnd(format);
  return reports;
}

/** Hands on all the pieces, or none of them when one could not be made. */
function* isolated(
  collector: string,
  pieces: Generator<string>,
  nowMs: () => number,
): Generator<string, CollectorReport> {
  const done: string[] = [];
  let spentMs = 0;
  let sinceMs = nowMs();
  const report = () => ({ collector, durationSeconds: (spentMs + nowMs() - sinceMs) / 1000 });
  try {
    for (const piece of pieces) {
      done.push(piece);
      spentMs += nowMs() - sinceMs;
      yield '';
      sinceMs = nowMs();
    }
  } catch (cause) {
    return { ...report(), error: new Error(`collect ${collector}`, { cause }) };
  }
  const finished = report();
  yield* done;
  return finished;
}

/** A text, or a number, which is written in JavaScript's shortest form: every parser of either format reads it as the same double. */
type Part = string | number;

/** Of 125 samples: small enough to give way often, also before the code is compiled. */
const PIECE_PARTS = 500;

/** A family without a sample is left out, head and all. */
function* renderFamilies(
  families: readonly BoundFamily[],
  subjectsOf: SubjectsOf,
  format: ExpositionFormat,
): Generator<string> {
  for (const family of families) {
    const { name, read, scope } = family;
    const createdSeconds = format === 'openmetrics' ? family.createdSeconds : undefined;
    // Parts are joined once: to write a text that grew by additions goes through each of them again.
    let parts: Part[] = [renderHead(family, format)];
    let isEmpty = true;
    const subjects = subjectsOf(scope);
    // By numbers, here and below, and in parts: 0.47 us a series; 0.61 to 0.73 with pairs taken apart and a text of each sample.
    for (let at = 0; at < subjects.length; at++) {
      const found = subjects[at];
      if (found === undefined) continue;
      const before = parts.length;
      const subject = found[1];
      renderReading({ name, labels: found[0], createdSeconds: createdSeconds?.(subject) }, read(subject), parts);
      isEmpty &&= parts.length === before;
      if (parts.length < PIECE_PARTS) continue;
      yield parts.join('');
      parts = [];
    }
    if (!isEmpty) yield parts.join('');
  }
}

/** What the samples of a family and a subject have in common. */
interface Common {
  readonly name: string;
  readonly labels: LabelText;
  readonly createdSeconds: number | undefined;
}

function renderReading(common: Common, reading: Reading, parts: Part[]): void {
  const { labels } = common;
  if (reading === undefined) return;
  if (typeof reading === 'number') renderSample(common, labels.closed, reading, parts);
  else reading.forEach((pair) => renderSample(common, closedWith(labels, pair[0]), pair[1], parts));
}

function renderSample({ name, createdSeconds }: Common, labels: string, value: number, parts: Part[]): void {
  if (!Number.isFinite(value)) return;
  // Not as one text: it would be made of its parts, and they of theirs, before all is joined.
  parts.push(name, labels, value, '\n');
  // Beside it: OpenMetrics wants the samples of one label set together.
  if (createdSeconds !== undefined) parts.push(createdName(name), labels, createdSeconds, '\n');
}
