import type { Response } from 'express';
import { escapeHtml } from './escape-html.ts';
import { pagePolicy } from './page-policy.ts';

/** Sends a page for people: one style, no scripts, nothing from elsewhere. `body` is markup. */
export function sendPage(response: Response, { title, body }: { readonly title: string; readonly body: string }): void {
  response.set('Content-Security-Policy', POLICY).type('text/html').send(renderDocument(title, body));
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
.wide table { min-width: 50rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
td { overflow-wrap: anywhere; }
.number { text-align: right; }
.whole { white-space: nowrap; }
`;
const POLICY = pagePolicy(STYLE);

function renderDocument(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
