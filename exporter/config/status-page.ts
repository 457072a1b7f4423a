import { z } from 'zod';
import { durationWithin } from './fields.ts';

const DAY_MS = 86_400_000;

export function statusPage() {
  return z
    .strictObject({
      enabled: z.boolean().default(false).describe('Answers `/status`, `/status.json` and `/status/badge/NAME.svg`.'),
      public: z
        .boolean()
        .default(true)
        .describe('These need no login. They tell names and states, no targets and no reasons.'),
      title: z
        .string()
        .min(1)
        .max(200)
        .default('Service status')
        .meta({ title: 'a text of 1 to 200 characters', description: 'Its heading.' }),
      keep: keep().prefault('90d'),
      probes: z
        .array(z.string().min(1).meta({ title: 'a glob' }))
        .default(['*'])
        .describe('Names of the probes and heartbeats that it shows, as globs.'),
    })
    .prefault({});
}

function keep() {
  return durationWithin({
    leastMs: DAY_MS,
    mostMs: 400 * DAY_MS,
    title: 'a duration from 1d to 400d',
    description: 'How long results are kept, by the hour.',
  });
}
