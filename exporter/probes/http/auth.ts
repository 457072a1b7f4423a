import { z } from 'zod';
import { file, rule, type Surroundings } from '../../config/fields.ts';
import { isMapping } from '../../config/tree.ts';

/** How a probe says who asks: by name and password, or by a token. */
export interface HttpAuth {
  readonly user?: string;
  readonly password_file?: string;
  readonly bearer_token_file?: string;
}

// RFC 7617: no colon, which ends the name.
const USER = /^[^:\p{Cc}]+$/u;
const PASSWORD = /^\P{Cc}+$/u;
const TOKEN = /^[\x21-\x7e]+$/;

/** The option `auth`. Of the files the Config holds what is in them. */
export function httpAuth(surroundings: Surroundings) {
  return z
    .strictObject({
      user: z.string().min(1).exactOptional().describe('Name of a basic login.'),
      password_file: secretFile(surroundings, 'File with the password.', PASSWORD).exactOptional(),
      bearer_token_file: secretFile(surroundings, 'File with a bearer token.', TOKEN).exactOptional(),
    })
    .check(
      rule(isOneOfBoth, '`user` and `password_file`, or `bearer_token_file`'),
      // Told of the mapping, not of the user: what stands behind a colon may be the password.
      rule(hasPlainUser, 'a `user` without colons and control characters'),
    );
}

function secretFile(surroundings: Surroundings, description: string, allowed: RegExp) {
  return (
    file(surroundings, description)
      // Editors end files with a line break.
      .transform(({ text }) => text.replace(/[\r\n]+$/, ''))
      .refine((text) => allowed.test(text), { error: 'a file with one line, which is the secret' })
      // Where a path belongs the secret itself was put before.
      .meta({ writeOnly: true, description })
  );
}

function isOneOfBoth(value: unknown): boolean {
  if (!isMapping(value)) return true;
  const has = (name: string) => value[name] !== undefined;
  return has('bearer_token_file') ? !has('user') && !has('password_file') : has('user') && has('password_file');
}

function hasPlainUser(value: unknown): boolean {
  return !isMapping(value) || typeof value['user'] !== 'string' || value['user'] === '' || USER.test(value['user']);
}

/** The header `Authorization`; undefined without a login. */
export function authorizationOf({ user, password_file, bearer_token_file }: HttpAuth): string | undefined {
  if (bearer_token_file !== undefined) return `Bearer ${bearer_token_file}`;
  if (user === undefined || password_file === undefined) return undefined;
  return `Basic ${Buffer.from(`${user}:${password_file}`).toString('base64')}`;
}
