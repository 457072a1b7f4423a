import { z } from 'zod';
import { file, rule, type Surroundings } from './fields.ts';
import { isMapping } from './tree.ts';

// RFC 6750 allows fewer characters; what matters is that the header can carry it.
const TOKEN = /^[\x21-\x7e]+$/;
const TOKEN_EXPECTED = 'a token of ASCII letters, digits and signs, without blanks';

/** A secret that a request carries as `Authorization: Bearer …`, as it is. */
export function bearerToken(description: string) {
  return z.string().regex(TOKEN, { error: TOKEN_EXPECTED }).meta({ writeOnly: true, description });
}

/** The same in a file of its own. */
export function bearerTokenFile(surroundings: Surroundings, description: string) {
  return (
    file(surroundings, description)
      .transform(({ text }) => text.trim())
      .refine((token) => TOKEN.test(token), { error: `a file with ${TOKEN_EXPECTED}` })
      // Where a path belongs the token itself was put before.
      .meta({ writeOnly: true })
  );
}

/** Refuses a mapping with the token beside its file. */
export function onlyOneToken(option: string) {
  return rule((value) => !hasBoth(value, option), `only one of \`${option}\` and \`${option}_file\``, [
    `${option}_file`,
  ]);
}

function hasBoth(value: unknown, option: string): boolean {
  return isMapping(value) && value[option] !== undefined && value[`${option}_file`] !== undefined;
}
