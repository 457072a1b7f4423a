import { file, rule, type Surroundings } from './fields.ts';
import { isMapping } from './tree.ts';

// RFC 7617: no colon, which ends the name.
const LOGIN_USER = /^[^:\p{Cc}]+$/u;
export const LOGIN_PASSWORD = /^\P{Cc}+$/u;
/** Of a bearer token and of an API key: what a header can carry. */
export const TOKEN = /^[\x21-\x7e]+$/;

/** A file with one line, which is the secret: the Config holds that. */
export function secretFile(surroundings: Surroundings, description: string, allowed: RegExp) {
  return (
    file(surroundings, description)
      // Editors end files with a line break.
      .transform(({ text }) => text.replace(/[\r\n]+$/, ''))
      .refine((text) => allowed.test(text), { error: 'a file with one line, which is the secret' })
      // Where a path belongs the secret itself was put before.
      .meta({ writeOnly: true, description })
  );
}

/** A rule for the mapping around `user`: `user:password` is put there, and a fault of `user` itself would print it. */
export function plainUser() {
  return rule(hasPlainUser, 'a `user` without colons and control characters');
}

function hasPlainUser(value: unknown): boolean {
  const user = isMapping(value) ? value['user'] : undefined;
  // That one is empty is told by the option itself.
  return typeof user !== 'string' || user === '' || LOGIN_USER.test(user);
}
