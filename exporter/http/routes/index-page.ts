import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';

/** An engine as the page for people shows it. */
export interface HostOnPage {
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
  readonly up: boolean;
  readonly reason?: string;
  readonly containers?: number;
}

export interface IndexPageOptions {
  readonly version: string;
  readonly hosts: () => readonly HostOnPage[];
}

/** What is watched and where to go on: one table, no scripts, nothing from elsewhere. */
export function indexPage({ version, hosts }: IndexPageOptions): RequestHandler {
  return (_request, response) => {
    response.set('Content-Security-Policy', POLICY).type('text/html').send(renderPage(version, hosts()));
  };
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
td { overflow-wrap: anywhere; }
.number { text-align: right; }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

function renderPage(version: string, hosts: readonly HostOnPage[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Harborlight</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Harborlight</h1>
<p>Version ${escapeHtml(version)}, watching ${hosts.length} ${hosts.length === 1 ? 'engine' : 'engines'}.</p>
<table>
<thead><tr><th>Host</th><th>Address</th><th>State</th><th class="number">Containers</th></tr></thead>
<tbody>
${hosts.map(renderHost).join('\n')}
</tbody>
</table>
<ul>
<li><a href="/metrics">/metrics</a>: everything, for Prometheus; a host's name above leads to its own part</li>
<li><a href="/healthz">/healthz</a>: whether the process turns</li>
<li><a href="/readyz">/readyz</a>: whether the first look at the engines is complete</li>
</ul>
</body>
</html>
`;
}

function renderHost({ name, url, up, reason, containers }: HostOnPage): string {
  const state = up ? 'up' : reason === undefined ? 'starting' : `down: ${reason}`;
  const link = `<a href="/metrics?host=${encodeURIComponent(name)}">${escapeHtml(name)}</a>`;
  return `<tr><td>${link}</td><td>${escapeHtml(url)}</td><td>${escapeHtml(state)}</td><td class="number">${containers ?? ''}</td></tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
