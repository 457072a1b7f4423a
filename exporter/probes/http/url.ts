import { z } from 'zod';

/** An option that takes the URL of a web server. */
export function httpUrl(description: string) {
  return z
    .string()
    .superRefine((text, context) => {
      const expected = expectedOfUrl(text);
      if (expected !== undefined) context.addIssue({ code: 'custom', message: expected });
    })
    .meta({ title: 'a URL', format: 'uri', description });
}

/** What is wrong with it, without repeating it: a wrong URL may hold a password anywhere. */
function expectedOfUrl(text: string): string | undefined {
  // The URL parser takes blanks and line breaks away without a word.
  if (!/^https?:\/\/[^\s\p{Cc}]+$/iu.test(text)) return 'a URL that starts with http:// or https://, without blanks';
  if (!URL.canParse(text)) return 'a URL with a host and, if any, a port from 1 to 65535';
  const { username, password, port } = new URL(text);
  if (username !== '' || password !== '') return 'a URL without credentials: they belong into files (`auth`)';
  if (port === '0') return 'a URL with a host and, if any, a port from 1 to 65535';
  return text.includes('#') ? 'a URL without a fragment' : undefined;
}

/** An option that takes the URL of a proxy. */
export function proxyUrl(description: string) {
  return z
    .string()
    .refine(isProxy, { error: 'http:// and the host of a proxy, without credentials and path' })
    .meta({ title: 'a URL', format: 'uri', description });
}

function isProxy(text: string): boolean {
  if (expectedOfUrl(text) !== undefined) return false;
  const { protocol, pathname, search } = new URL(text);
  return protocol === 'http:' && pathname === '/' && search === '';
}

export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** For people: without what may hold secrets, and no longer than one line. */
export function describeUrl({ origin, pathname }: URL): string {
  const text = origin + pathname;
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

const MAX_TEXT = 120;
