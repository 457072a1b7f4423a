import type { SpoolPosition } from '../../model/document.ts';

/** How far one sink is. */
export interface Cursor {
  /** All up to this one are done with. */
  readonly acknowledged: SpoolPosition;
  /** The last one that was given to the sink, or that it will never get. */
  readonly given: SpoolPosition;
  /** Those between that it will never get: in order, apart, and beyond what is acknowledged. */
  readonly skipped: readonly Stretch[];
}

export interface Stretch {
  readonly from: SpoolPosition;
  readonly to: SpoolPosition;
}

/** The one that is to be given next. */
export function nextOf({ given, skipped }: Cursor): SpoolPosition {
  return passOver(skipped, given + 1);
}

/** All up to this one have been given to the sink. */
export function give(cursor: Cursor, position: SpoolPosition): Cursor {
  return { ...cursor, given: Math.max(cursor.given, position) };
}

/** The sink will never get those from the next one up to this one. */
export function skip(cursor: Cursor, to: SpoolPosition): Cursor {
  const from = nextOf(cursor);
  if (to < from) return cursor;
  const last = cursor.skipped.at(-1);
  const skipped =
    last?.to === from - 1
      ? [...cursor.skipped.slice(0, -1), { from: last.from, to }]
      : [...cursor.skipped, { from, to }];
  return acknowledge({ ...cursor, given: to, skipped }, cursor.acknowledged);
}

/** What was not given cannot be acknowledged. What is skipped right behind it is done with, too. */
export function acknowledge(cursor: Cursor, position: SpoolPosition): Cursor {
  const upTo = Math.max(cursor.acknowledged, Math.min(position, cursor.given));
  const acknowledged = passOver(cursor.skipped, upTo + 1) - 1;
  const skipped = cursor.skipped.filter(({ to }) => to > acknowledged);
  return { acknowledged, given: Math.max(cursor.given, acknowledged), skipped };
}

/** Whether one of these documents is still to be given, or to be acknowledged. */
export function needs({ acknowledged, skipped }: Cursor, { from, to }: Stretch): boolean {
  return passOver(skipped, Math.max(from, acknowledged + 1)) <= to;
}

/** What is not done with, out of all before `end`. */
export function waitingStretches({ acknowledged, skipped }: Cursor, end: SpoolPosition): readonly Stretch[] {
  const bounds = [{ from: 0, to: acknowledged }, ...skipped, { from: end, to: end }];
  return bounds.flatMap(({ to }, at) => {
    const following = bounds[at + 1];
    return following === undefined || following.from <= to + 1 ? [] : [{ from: to + 1, to: following.from - 1 }];
  });
}

function passOver(skipped: readonly Stretch[], position: SpoolPosition): SpoolPosition {
  return skipped.reduce((at, { from, to }) => (at >= from && at <= to ? to + 1 : at), position);
}
