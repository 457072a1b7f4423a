import { z } from 'zod';
import { type FileText, file, rule, type Surroundings } from '../../config/fields.ts';
import { isMapping } from '../../config/tree.ts';
import { ipOption } from '../net/ip-option.ts';
import type { IpPreference } from '../net/network.ts';
import { type TlsOptions, tlsOptions } from '../net/tls-options.ts';
import { type HttpAuth, httpAuth } from './auth.ts';
import { type Expectations, expectations } from './expect.ts';
import { type HeaderFields, requestHeaders } from './headers.ts';
import { proxyUrl } from './url.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type HttpMethod = (typeof METHODS)[number];

const COMPRESSIONS = ['gzip', 'deflate', 'br'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

const VERSIONS = ['auto', '1.1', '2'] as const;
export type HttpVersion = (typeof VERSIONS)[number];

/** What a probe asks, how, and what it wants to hear. */
export interface HttpOptions {
  readonly method: HttpMethod;
  readonly headers: HeaderFields;
  readonly body?: string;
  readonly body_file?: FileText;
  readonly expect: Expectations;
  readonly follow_redirects: boolean;
  readonly version: HttpVersion;
  readonly compression?: Compression;
  readonly auth?: HttpAuth;
  readonly proxy?: string;
  readonly ip: IpPreference;
  readonly tls?: TlsOptions;
}

export function httpOptions(surroundings: Surroundings) {
  return {
    method: z.enum(METHODS).default('GET').describe('What to do.'),
    headers: requestHeaders(),
    body: z.string().exactOptional().meta({ writeOnly: true, description: 'What to send with it.' }),
    body_file: file(surroundings, 'File with what to send.').exactOptional(),
    expect: expectations(),
    follow_redirects: z.boolean().default(true).describe('Up to ten of them; else a redirect is the answer.'),
    version: httpVersion(),
    compression: z
      .enum(COMPRESSIONS)
      .exactOptional()
      .describe('Asks for it, and undoes it before the body is looked at.'),
    auth: httpAuth(surroundings).exactOptional(),
    proxy: proxyUrl('Proxy that is asked instead; it looks up the name.').exactOptional(),
    ip: ipOption(),
    tls: tlsOptions(surroundings).exactOptional(),
  };
}

/** YAML reads 1.1 and 2 as numbers. */
function httpVersion() {
  return z
    .literal([...VERSIONS, 1.1, 2])
    .default('auto')
    .meta({
      title: 'auto, 1.1 or 2',
      description: 'Of HTTP; `auto` leaves it to the server where TLS is spoken, and is 1.1 where it is not.',
    })
    .transform((value): HttpVersion => VERSIONS.find((known) => known === String(value)) ?? 'auto');
}

/** Between options. */
export const httpRules = [
  rule(hasBodyByRight, 'no `body` with GET or HEAD', ['method']),
  rule(hasOneBody, 'only one of `body` and `body_file`', ['body_file']),
  rule(hasOneLogin, '`auth` or a header `Authorization`, not both', ['auth']),
  rule(speaksTlsForHttp2, '2 with an https:// URL only', ['version']),
];

function hasBodyByRight(value: unknown): boolean {
  if (!isMapping(value) || (value['body'] === undefined && value['body_file'] === undefined)) return true;
  const { method = 'GET' } = value;
  return method !== 'GET' && method !== 'HEAD';
}

function hasOneBody(value: unknown): boolean {
  return !isMapping(value) || value['body'] === undefined || value['body_file'] === undefined;
}

function hasOneLogin(value: unknown): boolean {
  if (!isMapping(value) || value['auth'] === undefined || !isMapping(value['headers'])) return true;
  return Object.keys(value['headers']).every((name) => name.toLowerCase() !== 'authorization');
}

function speaksTlsForHttp2(value: unknown): boolean {
  if (!isMapping(value)) return true;
  return String(value['version']) !== '2' || !String(value['url']).toLowerCase().startsWith('http://');
}
