import type { RecentResult } from '../../probes/recent-results.ts';
import { escapeHtml } from '../escape-html.ts';

interface Page {
  readonly title: string;
  readonly body: string;
}

/** The probe's name, or that of the module that was asked through. */
export function nameOf({ by }: RecentResult): string {
  return 'probe' in by ? by.probe : by.module;
}

/** A table of results; `wanted` is the name that they were narrowed to. */
export function renderList(results: readonly RecentResult[], wanted: string | null): Page {
  const of = wanted === null ? '' : ` of ${escapeHtml(wanted)}`;
  const more = wanted === null ? '<a href="/">Harborlight</a>' : '<a href="/probes">All probes</a>';
  const rows = results.map(renderRow).join('\n');
  const table = `<div class="wide">
<table>
<thead><tr><th>When</th><th>Probe</th><th>Kind</th><th>Target</th><th>State</th><th class="number">Seconds</th><th>Why</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</div>`;
  return {
    title: 'Recent probes',
    body: `<h1>Recent probes${of}</h1>
<p>${more}. The newest first, times in UTC; failures are kept longer.</p>
${results.length === 0 ? '<p>Nothing yet.</p>' : table}`,
  };
}

/** One result with its steps. */
export function renderOne(result: RecentResult): Page {
  const { kind, target, labels = {}, result: outcome } = result;
  const facts = [
    ['When', time(outcome.startedSeconds)],
    ['Probe', nameLink(result)],
    ['Kind', escapeHtml(kind)],
    ['Target', escapeHtml(target)],
    ...Object.entries(labels).map(([name, value]) => [escapeHtml(name), escapeHtml(value)]),
    ['State', stateOf(result)],
    ['Seconds', outcome.durationSeconds.toFixed(3)],
    ...(outcome.failure === undefined ? [] : [['Why', escapeHtml(outcome.failure)]]),
  ];
  return {
    title: `Probe ${result.id}`,
    body: `<h1>Probe ${escapeHtml(result.id)}</h1>
<p><a href="/probes">All probes</a>.</p>
<table>
<tbody>
${facts.map(([name, value]) => `<tr><th>${name ?? ''}</th><td>${value ?? ''}</td></tr>`).join('\n')}
</tbody>
</table>
<h2>Steps</h2>
<table>
<thead><tr><th class="number">Seconds</th><th>What</th></tr></thead>
<tbody>
${outcome.steps.map(({ atSeconds, text }) => `<tr><td class="number">${atSeconds.toFixed(3)}</td><td>${escapeHtml(text)}</td></tr>`).join('\n')}
</tbody>
</table>`,
  };
}

function renderRow(result: RecentResult): string {
  const { id, kind, target, result: outcome } = result;
  const cells = [
    `<td class="whole"><a href="/probes?id=${encodeURIComponent(id)}">${time(outcome.startedSeconds)}</a></td>`,
    `<td>${nameLink(result)}</td>`,
    `<td>${escapeHtml(kind)}</td>`,
    `<td>${escapeHtml(target)}</td>`,
    `<td>${stateOf(result)}</td>`,
    `<td class="number">${outcome.durationSeconds.toFixed(3)}</td>`,
    `<td>${escapeHtml(outcome.failure ?? '')}</td>`,
  ];
  return `<tr>${cells.join('')}</tr>`;
}

/** On demand: nobody would know a module's name among those of probes. */
function nameLink(result: RecentResult): string {
  const name = nameOf(result);
  const link = `<a href="/probes?probe=${encodeURIComponent(name)}">${escapeHtml(name)}</a>`;
  return 'module' in result.by ? `${link} (on demand)` : link;
}

function stateOf({ result }: RecentResult): string {
  return result.success ? 'up' : 'down';
}

/** 2025-01-31 12:00:05 */
function time(unixSeconds: number): string {
  const text = new Date(unixSeconds * 1000).toISOString();
  return `<time datetime="${text}">${text.slice(0, 19).replace('T', ' ')}</time>`;
}
