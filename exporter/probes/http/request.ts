import { DEFAULT_TLS } from '../net/tls-options.ts';
import { authorizationOf } from './auth.ts';
import type { HeaderFields } from './headers.ts';
import type { HttpMethod, HttpOptions } from './options.ts';

/** One request: what is asked of whom. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  /** Without those that say how long it is and where it goes. */
  readonly headers: HeaderFields;
  readonly body?: string;
  /** Whether it still goes to the origin that was configured: nobody else gets what is secret. */
  readonly isHome: boolean;
}

export function firstRequest(target: string, options: HttpOptions): HttpRequest {
  const { method, body = options.body_file?.text, auth, compression } = options;
  const authorization = auth && authorizationOf(auth);
  const own: HeaderFields = {
    'user-agent': 'harborlight',
    accept: '*/*',
    ...(compression && { 'accept-encoding': compression }),
    ...(authorization !== undefined && { authorization }),
  };
  const url = new URL(target);
  const headers = withHeaders(own, options.headers);
  return { method, url, headers, isHome: true, ...(body !== undefined && { body }) };
}

/** For a server that is asked by another name than the URL's; what is configured wins. */
export function forHostname({ headers, tls }: HttpOptions, hostname: string): Pick<HttpOptions, 'headers' | 'tls'> {
  return {
    headers: withHeaders({ host: hostname }, headers),
    tls: { server_name: hostname, ...(tls ?? DEFAULT_TLS) },
  };
}

/** What is configured wins, whichever way its name is written. */
function withHeaders(own: HeaderFields, configured: HeaderFields): HeaderFields {
  const names = new Set(Object.keys(configured).map((name) => name.toLowerCase()));
  const rest = Object.entries(own).filter(([name]) => !names.has(name));
  return { ...Object.fromEntries(rest), ...configured };
}
