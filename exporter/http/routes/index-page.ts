import type { RequestHandler } from 'express';
import type { StatusSource } from '../../status/status-page.ts';
import { escapeHtml } from '../escape-html.ts';
import { sendPage } from '../page.ts';

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
  /** Whether anything is probed again and again. */
  readonly hasProbes: () => boolean;
  /** Of probes on demand. */
  readonly moduleNames: () => readonly string[];
  readonly status: Pick<StatusSource, 'access'>;
}

/** What is watched and where to go on: one table, no scripts, nothing from elsewhere. */
export function indexPage(options: IndexPageOptions): RequestHandler {
  return (_request, response) => sendPage(response, { title: 'Harborlight', body: renderBody(options) });
}

function renderBody({ version, ...options }: IndexPageOptions): string {
  const hosts = options.hosts();
  return `<h1>Harborlight</h1>
<p>Version ${escapeHtml(version)}, watching ${hosts.length} ${hosts.length === 1 ? 'engine' : 'engines'}.</p>
<table>
<thead><tr><th>Host</th><th>Address</th><th>State</th><th class="number">Containers</th></tr></thead>
<tbody>
${hosts.map(renderHost).join('\n')}
</tbody>
</table>
<ul>
<li><a href="/metrics">/metrics</a>: everything, for Prometheus; a host's name above leads to its own part</li>
<li><a href="/metrics/cadvisor">/metrics/cadvisor</a>: containers that run, under the names that cAdvisor gives them</li>
<li><a href="/healthz">/healthz</a>: whether the process turns</li>
<li><a href="/readyz">/readyz</a>: whether the first look at the engines is complete</li>
${renderProbeLinks(options)}</ul>`;
}

function renderProbeLinks({ hasProbes, moduleNames, status }: Omit<IndexPageOptions, 'version' | 'hosts'>): string {
  const modules = moduleNames();
  const recent = '<li><a href="/probes">/probes</a>: what probes came to of late</li>\n';
  const onDemand = `<li>/probe?target=…&amp;module=…: a probe on demand; modules: ${escapeHtml(modules.join(', '))}</li>\n`;
  const page = '<li><a href="/status">/status</a>: whether services are up, and have been, for their users</li>\n';
  return `${status.access() === 'off' ? '' : page}${hasProbes() || modules.length > 0 ? recent : ''}${modules.length > 0 ? onDemand : ''}`;
}

function renderHost({ name, url, up, reason, containers }: HostOnPage): string {
  const state = up ? 'up' : reason === undefined ? 'starting' : `down: ${reason}`;
  const link = `<a href="/metrics?host=${encodeURIComponent(name)}">${escapeHtml(name)}</a>`;
  return `<tr><td>${link}</td><td>${escapeHtml(url)}</td><td>${escapeHtml(state)}</td><td class="number">${containers ?? ''}</td></tr>`;
}
