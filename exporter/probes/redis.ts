import { addressWithPort } from './address.ts';
import type { Attempt } from './attempt.ts';
import { ProbeFailure } from './failure.ts';
import { defineKind } from './probe-kind.ts';
import { converse } from './wire/conversation.ts';
import { serverError } from './wire/server-error.ts';
import { serverOnContainer, serverOptions } from './wire/server-options.ts';

export const redis = defineKind({
  name: 'redis',
  summary: 'Sends PING to a Redis server, or to one that speaks like it. Without a login: one that wants it is up.',
  targetOption: 'address',
  target: () => addressWithPort('Whom to connect to; usually port 6379.'),
  options: serverOptions,
  onContainer: serverOnContainer(6379),
  run: (attempt, target, { ip, tls }) =>
    converse(attempt, { target, ip }, async (wire) => {
      if (tls !== undefined) await wire.startTls(tls);
      wire.send('*1\r\n$4\r\nPING\r\n');
      attempt.step('sent PING');
      judge(attempt, await wire.readLine(MAX_LINE_BYTES));
    }),
});

/** The longest that Redis itself answers, "running in protected mode", has about 1,000. */
const MAX_LINE_BYTES = 4096;

/** It speaks, and says that somebody who may do nothing here is not served. */
const REFUSALS: ReadonlySet<string> = new Set(['NOAUTH', 'NOPERM']);

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['LOADING', 'it is still loading its data'],
  ['MASTERDOWN', 'it is a replica that has lost its primary'],
  ['BUSY', 'a script has been running for too long'],
  ['MISCONF', 'it cannot save its data'],
  ['DENIED', 'it is in protected mode and takes only clients of its own machine'],
  ['CLUSTERDOWN', 'its cluster is down'],
]);

function judge(attempt: Attempt, line: string): void {
  if (line === '+PONG') {
    attempt.step('it answered PONG');
    return;
  }
  const [, word] = /^-([A-Z][A-Z0-9_]{0,30})(?: |$)/.exec(line) ?? [];
  if (word === undefined) throw new ProbeFailure('the answer to PING is not one of Redis');
  if (!REFUSALS.has(word)) throw serverError(word, meaningOf(word, line));
  attempt.step(`it answered ${word}: it is up and wants a login`);
}

/** `ERR` stands for everything; this one is said before a client has said anything. */
function meaningOf(word: string, line: string): string | undefined {
  return line === '-ERR max number of clients reached' ? 'too many clients' : MEANINGS.get(word);
}
