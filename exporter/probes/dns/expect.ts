import { z } from 'zod';
import { linearPattern, oneOrMore } from '../../config/fields.ts';
import type { LinearPattern } from '../../util/linear-pattern.ts';
import { ProbeFailure } from '../failure.ts';
import type { Response } from './message.ts';
import { recordText } from './record-text.ts';

interface SectionExpectation {
  readonly every?: readonly LinearPattern[];
  readonly some?: readonly LinearPattern[];
  readonly none?: readonly LinearPattern[];
}

/** The option `expect` of dns probes. */
export interface DnsExpectation {
  readonly rcode: readonly string[];
  readonly answers?: SectionExpectation;
  readonly authorities?: SectionExpectation;
  readonly additionals?: SectionExpectation;
}

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'NOTAUTH', 'NOTZONE'] as const;

export function expectOption() {
  return z
    .strictObject({
      rcode: z.array(z.enum(RCODES)).min(1).default(['NOERROR']).describe('What the server may say of the question.'),
      answers: section('answer').exactOptional(),
      authorities: section('authority').exactOptional(),
      additionals: section('additional').exactOptional(),
    })
    .prefault({});
}

function section(name: string) {
  const patterns = (description: string) =>
    oneOrMore(
      linearPattern(description),
      'a pattern in the syntax of RE2, or a list of them',
      description,
    ).exactOptional();
  return z.strictObject({
    every: patterns(`What each record of the ${name} section matches; there has to be one.`),
    some: patterns(`What at least one record of the ${name} section matches, one of these.`),
    none: patterns(`What no record of the ${name} section matches.`),
  });
}

/** Throws a ProbeFailure for an answer that is not as it should be. */
export function requireExpected(response: Response, expected: DnsExpectation): void {
  if (!expected.rcode.includes(response.rcode)) {
    throw new ProbeFailure(`the server says ${response.rcode}, expected ${expected.rcode.join(' or ')}`);
  }
  for (const section of SECTIONS) requireRecords(section, response[section].map(recordText), expected[section] ?? {});
}

const SECTIONS = ['answers', 'authorities', 'additionals'] as const;

function requireRecords(
  section: string,
  records: readonly string[],
  { every = [], some = [], none = [] }: SectionExpectation,
): void {
  if (every.length > 0 && records.length === 0) throw new ProbeFailure(`there are no ${section}`);
  const isOdd = (record: string) => every.some(({ test }) => !test(record));
  if (records.some(isOdd)) throw new ProbeFailure(`one of the ${section} does not match`);
  const isSought = (record: string) => some.some(({ test }) => test(record));
  if (some.length > 0 && !records.some(isSought)) throw new ProbeFailure(`none of the ${section} matches`);
  const isBanned = (record: string) => none.some(({ test }) => test(record));
  if (records.some(isBanned)) throw new ProbeFailure(`one of the ${section} matches what none should`);
}
