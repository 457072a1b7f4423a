import { z } from 'zod';
import { linearPattern, rule } from '../../config/fields.ts';
import { isMapping } from '../../config/tree.ts';
import type { LinearPattern } from '../../util/linear-pattern.ts';

/** As they are sent. */
export type HeaderFields = Readonly<Record<string, string>>;

/** Of an answer, by their names in lower case. */
export type AnswerHeaders = ReadonlyMap<string, readonly string[]>;

export interface HeaderPattern {
  /** In lower case. */
  readonly name: string;
  readonly pattern: LinearPattern;
}

const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
/** Blanks at the ends are lost on the way. */
const VALUE = /^(?! )[\t\x20-\x7e\x80-\xff]*(?<! )$/;

/** They say how long a request is or where its connection goes: that is for who sends it. */
const OURS = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The option `headers`. */
export function requestHeaders() {
  return z
    .record(
      z.string().refine((name) => NAME.test(name) && !OURS.has(name.toLowerCase()), {
        error: 'names of headers, and none that belongs to the connection',
      }),
      z.string().regex(VALUE, { error: 'a value of printable characters' }).meta({ writeOnly: true }),
    )
    .default({})
    .check(rule(isUnambiguous, 'each header once'))
    .meta({ title: 'a mapping of names to values', description: 'Sent to the origin of `url`, to no other.' });
}

function isUnambiguous(value: unknown): boolean {
  const names = isMapping(value) ? Object.keys(value).map((name) => name.toLowerCase()) : [];
  return new Set(names).size === names.length;
}

/** The options `expect.headers` and `expect.headers_not`. */
export function headerPatterns(description: string) {
  return z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(NAME, { error: 'the name of a header' })
          .describe('Of the header; of several of this name one is enough.')
          .transform((name) => name.toLowerCase()),
        pattern: linearPattern('What its value is held against.'),
      }),
    )
    .default([])
    .describe(description);
}

/** From names and values in turn, as Node.js tells what came. */
export function parseHeaders(raw: readonly string[]): AnswerHeaders {
  const headers = new Map<string, string[]>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    const known = headers.get(name);
    if (known === undefined) headers.set(name, [value]);
    else known.push(value);
  }
  return headers;
}

/** Its first value. */
export function headerOf(headers: AnswerHeaders, name: string): string | undefined {
  return headers.get(name)?.[0];
}
