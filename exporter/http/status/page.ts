import { HISTORY_WINDOWS, type HistoryWindow } from '../../model/service-history.ts';
import type { OverallState, ServiceStatus, StatusGroup, StatusReport, WindowStatus } from '../../model/status.ts';
import { escapeHtml } from '../escape-html.ts';
import { LEGEND, renderStrip } from './strip.ts';
import { STATUS_STYLE } from './style.ts';
import { describeOverall, formatDate, formatRatio, formatSeconds, formatTime, isoTime, STATE_TEXTS } from './texts.ts';

const REFRESH_SECONDS = 60;

/** The whole page: no scripts, nothing from elsewhere, colour nowhere the only sign. Yields between services. */
export function* renderStatusPage(report: StatusReport): Generator<undefined, string> {
  const { title, state, groups, omitted, atSeconds } = report;
  const overall = describeOverall(report);
  const dateText = createDateTexts();
  const tables: string[] = [];
  for (const group of groups) tables.push(yield* renderGroup(group, dateText));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>${overall} · ${escapeHtml(title)}</title>
<style>${STATUS_STYLE}</style>
</head>
<body>
<main>
<h1 dir="auto">${escapeHtml(title)}</h1>
<p class="overall ${state}">${SIGNS[state]}${overall}</p>
${tables.join('\n')}
<footer>
${LEGEND}
${omitted === 0 ? '' : `<p>${omitted} more services are not shown.</p>\n`}<p>Availability is the share of checks that succeeded, with the mean response time of those below it.</p>
<p>Updated <time datetime="${isoTime(atSeconds)}">${formatTime(atSeconds)}</time>; this page renews itself every minute.</p>
</footer>
</main>
</body>
</html>
`;
}

const WINDOW_NAMES: Readonly<Record<HistoryWindow, string>> = { '24h': '24 hours', '7d': '7 days', '30d': '30 days' };
// Its keys are the windows.
const WINDOWS = Object.keys(HISTORY_WINDOWS) as HistoryWindow[];

/** Each state has a shape of its own. */
const SIGNS: Readonly<Record<OverallState, string>> = {
  up: sign('<circle cx="8" cy="8" r="8"/><path d="m4.5 8.3 2.4 2.4 4.6-5" class="cut"/>'),
  degraded: sign('<path d="M8 .5 16 15H0Z"/>'),
  down: sign('<path d="M1 1h14v14H1Z"/>'),
  unknown: sign('<path d="M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0m0 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3"/>'),
};

function sign(shape: string): string {
  return `<svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">${shape}</svg>`;
}

type DateText = (date: string) => string;

/** All services have the same days. */
function createDateTexts(): DateText {
  const texts = new Map<string, string>();
  return (date) => {
    const text = texts.get(date) ?? formatDate(date);
    texts.set(date, text);
    return text;
  };
}

function* renderGroup({ name, services }: StatusGroup, dateText: DateText): Generator<undefined, string> {
  const rows: string[] = [];
  for (const service of services) {
    rows.push(renderService(service, dateText));
    yield;
  }
  return `<table>
<caption dir="auto">${escapeHtml(name)}</caption>
<colgroup><col><col class="days">${WINDOWS.map(() => '<col class="figure">').join('')}</colgroup>
<thead><tr><th scope="col">Service</th><th scope="col">Last 90 days</th>${WINDOWS.map(renderHeading).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function renderHeading(window: HistoryWindow): string {
  return `<th scope="col" class="number">${WINDOW_NAMES[window]}</th>`;
}

function renderService(service: ServiceStatus, dateText: DateText): string {
  const { name, state, sinceSeconds, windows, days } = service;
  const since =
    sinceSeconds === undefined
      ? ''
      : ` <span class="since">since <time datetime="${isoTime(sinceSeconds)}">${formatTime(sinceSeconds)}</time></span>`;
  const figures = WINDOWS.map((window) => renderFigure(window, windows[window]));
  return `<tr><th scope="row"><span class="name" dir="auto">${escapeHtml(name)}</span><span class="state ${state}">${SIGNS[state]}<b>${STATE_TEXTS[state]}</b>${since}</span></th><td class="history">${renderStrip(days, dateText)}</td>${figures.join('')}</tr>`;
}

function renderFigure(window: HistoryWindow, { availabilityRatio, responseSeconds }: WindowStatus): string {
  const ratio =
    availabilityRatio === undefined
      ? '<span class="absent"><span aria-hidden="true">–</span><span class="hidden">not known</span></span>'
      : formatRatio(availabilityRatio);
  const response =
    responseSeconds === undefined ? '' : `<span class="response">${formatSeconds(responseSeconds)}</span>`;
  return `<td class="number" data-window="${WINDOW_NAMES[window]}">${ratio}${response}</td>`;
}
