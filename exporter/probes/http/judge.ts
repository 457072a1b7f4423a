import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LinearPattern } from '../../util/linear-pattern.ts';
import { ProbeFailure } from '../failure.ts';
import type { Answer } from './answer.ts';
import type { Body } from './body.ts';
import type { Expectations, JsonExpectation } from './expect.ts';
import type { AnswerHeaders, HeaderPattern } from './headers.ts';
import { readJsonPath } from './json-path.ts';
import { formatRanges, includesStatus } from './status-ranges.ts';

export interface Judged {
  readonly answer: Answer;
  readonly body: Body;
  readonly usedTls: boolean;
}

/** Throws a ProbeFailure for an answer that is not as it is expected; says so before where a pattern is why. */
export async function judge(expect: Expectations, judged: Judged, onPattern: () => void): Promise<void> {
  const { answer, body, usedTls } = judged;
  if (!includesStatus(expect.status, answer.status)) {
    throw new ProbeFailure(`status ${answer.status}, expected ${formatRanges(expect.status)}`);
  }
  if (expect.tls !== undefined && expect.tls !== usedTls) {
    throw new ProbeFailure(usedTls ? 'answered over TLS' : 'answered without TLS');
  }
  const fault = faultOfHeaders(expect, answer.headers) ?? (await faultOfBody(expect, body.bytes));
  if (fault !== undefined) {
    onPattern();
    throw new ProbeFailure(fault);
  }
  if (expect.json.length > 0) judgeJson(expect.json, body);
}

function faultOfHeaders({ headers, headers_not }: Expectations, answered: AnswerHeaders): string | undefined {
  const matches = ({ name, pattern }: HeaderPattern) =>
    answered.get(name)?.some((value) => pattern.test(value)) === true;
  const missing = headers.find((one) => !matches(one));
  if (missing !== undefined) {
    return answered.has(missing.name)
      ? `the header ${missing.name} does not match ${quote(missing.pattern)}`
      : `no header ${missing.name}`;
  }
  const unwanted = headers_not.find(matches);
  return unwanted && `the header ${unwanted.name} matches ${quote(unwanted.pattern)}`;
}

async function faultOfBody({ body, body_not }: Expectations, bytes: Buffer): Promise<string | undefined> {
  if (body.length + body_not.length === 0) return undefined;
  const text = bytes.toString();
  const wanted = [
    ...body.map((pattern) => ({ pattern, is: true })),
    ...body_not.map((pattern) => ({ pattern, is: false })),
  ];
  for (const [at, { pattern, is }] of wanted.entries()) {
    // Each takes some 10 ms of a long body: others have their turn in between.
    if (at > 0 && bytes.length > LONG_BODY_BYTES) await nextTurn();
    if (pattern.test(text) !== is) return `the body ${is ? 'does not match' : 'matches'} ${quote(pattern)}`;
  }
  return undefined;
}

const LONG_BODY_BYTES = 64 * 1024;
const MAX_QUOTED = 80;

function quote({ source }: LinearPattern): string {
  return JSON.stringify(source.length > MAX_QUOTED ? `${source.slice(0, MAX_QUOTED)}…` : source);
}

function judgeJson(expected: readonly JsonExpectation[], { bytes, isCut }: Body): void {
  if (isCut) throw new ProbeFailure('the body is too long to be read as JSON');
  const document = parseJson(bytes);
  for (const { path, equals } of expected) {
    const found = readJsonPath(document, path);
    const place = `$${path.map((key) => `[${JSON.stringify(key)}]`).join('')}`;
    if (found === undefined) throw new ProbeFailure(`the body has nothing at ${place}`);
    // What is there instead may be anybody's secret.
    if (found !== equals)
      throw new ProbeFailure(`the body has something else than ${JSON.stringify(equals)} at ${place}`);
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new ProbeFailure('the body is no JSON', { cause });
  }
}
