import type { DayStatus } from '../../model/status.ts';
import { formatRatio } from './texts.ts';

/** A day with fewer good runs is told as a bad one. */
const MOST_RATIO = 0.95;

/** How a day is drawn: each kind has a height of its own beside its colour. */
type DayKind = 'good' | 'some' | 'bad' | 'none';

// Short: there are ninety a service.
const CLASSES: Readonly<Record<DayKind, string>> = {
  good: '',
  some: ' class="s"',
  bad: ' class="d"',
  none: ' class="n"',
};

/** What the bars mean. */
export const LEGEND = `<ul class="legend">
${renderKey('good', 'every check succeeded')}
${renderKey('some', 'up to 5 % failed')}
${renderKey('bad', 'more than 5 % failed')}
${renderKey('none', 'no results')}
<li>One bar is one day (UTC); the last one is today.</li>
</ul>`;

/** One bar a day; in words for who does not see them. */
export function renderStrip(days: readonly DayStatus[], dateText: (date: string) => string): string {
  if (days.length === 0) return '<span class="absent">No results yet</span>';
  return `<div class="strip" role="img" aria-label="${describeDays(days)}">${days.map((day) => renderDay(day, dateText)).join('')}</div>`;
}

function renderDay({ date, availabilityRatio }: DayStatus, dateText: (date: string) => string): string {
  const text = availabilityRatio === undefined ? 'no results' : formatRatio(availabilityRatio);
  return `<i${CLASSES[kindOf(availabilityRatio)]} title="${dateText(date)}: ${text}"></i>`;
}

function kindOf(ratio: number | undefined): DayKind {
  if (ratio === undefined) return 'none';
  if (ratio === 1) return 'good';
  return ratio >= MOST_RATIO ? 'some' : 'bad';
}

function describeDays(days: readonly DayStatus[]): string {
  const kinds = days.map(({ availabilityRatio }) => kindOf(availabilityRatio));
  const count = (wanted: DayKind) => kinds.filter((kind) => kind === wanted).length;
  const parts = [
    `${count('good')} without a failure`,
    `${count('some')} with few failures`,
    `${count('bad')} with many`,
    `${count('none')} without results`,
  ];
  return `Last ${days.length} days: ${parts.join(', ')}`;
}

function renderKey(kind: DayKind, text: string): string {
  return `<li><span class="strip"><i${CLASSES[kind]}></i></span>${text}</li>`;
}
