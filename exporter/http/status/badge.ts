import type { ServiceState } from '../../model/status.ts';
import { escapeHtml } from '../escape-html.ts';
import { textWidth } from './text-width.ts';

const TEXTS: Readonly<Record<ServiceState, string>> = { up: 'up', down: 'down', unknown: 'unknown' };
/** White text has 4.5:1 on each. */
const COLOURS: Readonly<Record<ServiceState, string>> = { up: '#1a7f4e', down: '#c42b2b', unknown: '#5a636e' };
const LONGEST_NAME = 40;
const PADDING = 6;

/** A badge for a page of somebody else's: one file, with nothing in it that is loaded. */
export function renderBadge(name: string, state: ServiceState): string {
  const characters = Array.from(name);
  const label = characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join('')}…` : name;
  const [labelWidth, stateWidth] = [textWidth(label), textWidth(TEXTS[state])];
  const left = labelWidth + 2 * PADDING;
  const width = left + stateWidth + 2 * PADDING;
  const title = escapeHtml(`${label}: ${TEXTS[state]}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" viewBox="0 0 ${width} 20" role="img" aria-label="${title}">
<title>${title}</title>
<clipPath id="r"><rect width="${width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#3d444d"/><rect x="${left}" width="${width - left}" height="20" fill="${COLOURS[state]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
${renderText(label, PADDING, labelWidth)}
${renderText(TEXTS[state], left + PADDING, stateWidth)}
</g>
</svg>
`;
}

/** Whatever font there is, the text is as wide as was computed. */
function renderText(text: string, x: number, width: number): string {
  return `<text x="${x}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escapeHtml(text)}</text>`;
}
