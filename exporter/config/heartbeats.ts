import { z } from 'zod';
import { bearerToken, bearerTokenFile, onlyOneToken } from './bearer-token.ts';
import { duration, durationWithin, type Surroundings } from './fields.ts';
import { probeName } from './probes.ts';

const DAY_MS = 86_400_000;

export function heartbeats(surroundings: Surroundings) {
  return z
    .array(heartbeat(surroundings))
    .default([])
    .describe('Jobs that tell by themselves that they ran: `POST /heartbeat/NAME` with their token.');
}

function heartbeat(surroundings: Surroundings) {
  return z
    .strictObject({
      name: probeName(),
      every: every(),
      grace: duration('How late it may be.').prefault('0s'),
      token: bearerToken('Its own: sent as `Authorization: Bearer …`; no other login counts.').exactOptional(),
      token_file: bearerTokenFile(surroundings, 'File with the token.').exactOptional(),
    })
    .check(onlyOneToken('token'))
    .refine(({ token, token_file }) => token !== undefined || token_file !== undefined, {
      error: '`token` or `token_file` in it',
    })
    .transform(({ token, token_file, ...rest }) => ({ ...rest, token: token ?? token_file ?? z.NEVER }));
}

function every() {
  return durationWithin({
    leastMs: 1000,
    // A job that runs once a year, and is late.
    mostMs: 400 * DAY_MS,
    title: 'a duration from 1s to 400d, such as 24h',
    description: 'How often a sign of life is due.',
  });
}
