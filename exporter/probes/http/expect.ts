import { z } from 'zod';
import { linearPattern, oneOrMore } from '../../config/fields.ts';
import type { LinearPattern } from '../../util/linear-pattern.ts';
import { type HeaderPattern, headerPatterns } from './headers.ts';
import { type JsonPath, parseJsonPath } from './json-path.ts';
import { type StatusRange, statusRanges } from './status-ranges.ts';

/** What makes an answer a good one. */
export interface Expectations {
  readonly status: readonly StatusRange[];
  /** All of them match. */
  readonly body: readonly LinearPattern[];
  /** None of them matches. */
  readonly body_not: readonly LinearPattern[];
  readonly headers: readonly HeaderPattern[];
  readonly headers_not: readonly HeaderPattern[];
  readonly json: readonly JsonExpectation[];
  /** Whether the last answer came over TLS. */
  readonly tls?: boolean;
}

export interface JsonExpectation {
  readonly path: JsonPath;
  readonly equals: string | number | boolean | null;
}

/** The option `expect`. */
export function expectations() {
  return z
    .strictObject({
      status: statusRanges(),
      body: bodyPatterns('Patterns that must match the body.'),
      body_not: bodyPatterns('Patterns that must not.'),
      headers: headerPatterns('Headers that must be there with a value that matches.'),
      headers_not: headerPatterns('Headers that must not be there with a value that matches.'),
      json: jsonExpectations(),
      tls: z.boolean().exactOptional().describe('Whether the last answer must have come over TLS, or must not.'),
    })
    .prefault({});
}

function bodyPatterns(description: string) {
  return oneOrMore(
    linearPattern(description),
    'a pattern in the syntax of RE2, or a list of them',
    description,
  ).prefault([]);
}

function jsonExpectations() {
  return z
    .array(
      z.strictObject({
        path: z
          .string()
          .meta({ title: 'a path such as $.checks[0].status', description: 'Where to look in the body.' })
          .transform((text, context) => {
            const path = parseJsonPath(text);
            if (path !== undefined) return path;
            context.addIssue({ code: 'custom', message: '' });
            return z.NEVER;
          }),
        equals: z
          .union([z.string(), z.number(), z.boolean(), z.null()])
          .meta({ title: 'a text, a number, true, false or null', description: 'What has to be there.' }),
      }),
    )
    .default([])
    .describe('What has to be where in a body that is JSON.');
}
