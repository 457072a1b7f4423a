import { z } from 'zod';
import { type FileText, file, linearPattern, rule, type Surroundings } from '../../config/fields.ts';
import { isMapping } from '../../config/tree.ts';
import type { LinearPattern } from '../../util/linear-pattern.ts';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import type { Conversation } from './conversation.ts';

/** One thing to do in a conversation: first `send`, then `expect`, then `starttls`. */
export interface ConversationStep {
  readonly send?: string;
  readonly send_file?: FileText;
  readonly expect?: LinearPattern;
  readonly starttls?: boolean;
}

/** The option `send_expect`. */
export function stepOptions(surroundings: Surroundings) {
  const fields = z.strictObject({
    send: z
      .string()
      .min(1)
      .meta({
        writeOnly: true,
        description: 'Sent as it is: in double quotes YAML reads `\\r\\n` as the end of a line.',
      })
      .exactOptional(),
    send_file: file(surroundings, 'Instead of `send`, for a text that holds a secret.').exactOptional(),
    expect: linearPattern('Lines are read until one matches.').exactOptional(),
    starttls: z.boolean().exactOptional().describe('Goes on with TLS.'),
  });
  const step = fields.check(rule(isSentOnce, '`send` or `send_file`'));
  return z
    .array(step)
    .max(100)
    .default([])
    .describe('What is said, in order; in each step first `send`, then `expect`, then `starttls`.');
}

function isSentOnce(step: unknown): boolean {
  return !isMapping(step) || !('send' in step && 'send_file' in step);
}

/** Throws a ProbeFailure where the target does not answer as it should. What was said is told to nobody: it may hold secrets. */
export async function runSteps(
  attempt: Attempt,
  conversation: Conversation,
  steps: readonly ConversationStep[],
): Promise<void> {
  for (const [index, { send_file: sendFile, send = sendFile?.text, expect, starttls }] of steps.entries()) {
    const name = `step ${index + 1} of ${steps.length}`;
    if (send !== undefined) {
      await conversation.send(send);
      attempt.step(`${name}: sent ${Buffer.byteLength(send)} bytes`);
    }
    if (expect !== undefined) {
      if ((await conversation.lines().find(expect)) === undefined) {
        attempt.learn({ failedByPattern: true });
        throw new ProbeFailure(`${name}: the connection ended before a line matched`);
      }
      attempt.step(`${name}: a line matched`);
    }
    if (starttls === true) await conversation.beginTls();
  }
}
