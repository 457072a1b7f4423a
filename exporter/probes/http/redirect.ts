import { ProbeFailure } from '../failure.ts';
import type { Answer } from './answer.ts';
import { type HeaderFields, headerOf } from './headers.ts';
import type { HttpRequest } from './request.ts';
import { describeUrl } from './url.ts';

export const MAX_REDIRECTS = 10;

/** Those that keep what was asked, and those after which it is asked with GET. */
const KEEPING = new Set([307, 308]);
const CHANGING = new Set([301, 302, 303]);

/** They say how to answer, and nothing of who asks. */
const HARMLESS = new Set(['accept', 'accept-encoding', 'accept-language', 'cache-control', 'pragma', 'user-agent']);

/** Where the answer sends us; undefined when it is no redirect. One that does not say where to is none. */
export function locationOf({ status, headers }: Answer): string | undefined {
  const location = KEEPING.has(status) || CHANGING.has(status) ? headerOf(headers, 'location') : undefined;
  return location === '' ? undefined : location;
}

/** The request that a redirect asks for. Throws a ProbeFailure where we do not go. */
export function redirect(request: HttpRequest, status: number, location: string): HttpRequest {
  const url = resolveLocation(request.url, location);
  const isSameOrigin = url.origin === request.url.origin;
  const isHome = request.isHome && isSameOrigin;
  const headers = isSameOrigin ? request.headers : harmless(request.headers);
  if (!KEEPING.has(status)) {
    return { method: request.method === 'HEAD' ? 'HEAD' : 'GET', url, headers: withoutContent(headers), isHome };
  }
  if (request.body !== undefined && !isSameOrigin) {
    throw new ProbeFailure(`redirected by ${status} to ${describeUrl(url)}: another origin does not get the body`);
  }
  return { ...request, url, headers, isHome };
}

function resolveLocation(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw new ProbeFailure('redirected to what is no URL');
  const url = new URL(location, from);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ProbeFailure(`redirected to a URL of ${url.protocol.slice(0, 20)} which is not followed`);
  }
  // Whoever redirects does not say who we are.
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

function harmless(headers: HeaderFields): HeaderFields {
  return keep(headers, (name) => HARMLESS.has(name));
}

function withoutContent(headers: HeaderFields): HeaderFields {
  return keep(headers, (name) => !name.startsWith('content-'));
}

function keep(headers: HeaderFields, isKept: (name: string) => boolean): HeaderFields {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name.toLowerCase())));
}
