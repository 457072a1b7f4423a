import { z } from 'zod';
import { rule, type Surroundings } from '../../config/fields.ts';
import { LOGIN_PASSWORD, plainUser, secretFile, TOKEN } from '../../config/secret-file.ts';
import { isMapping } from '../../config/tree.ts';

/** How a probe says who asks: by name and password, or by a token. */
export interface HttpAuth {
  readonly user?: string;
  readonly password_file?: string;
  readonly bearer_token_file?: string;
}

/** The option `auth`. Of the files the Config holds what is in them. */
export function httpAuth(surroundings: Surroundings) {
  return z
    .strictObject({
      user: z.string().min(1).exactOptional().describe('Name of a basic login.'),
      password_file: secretFile(surroundings, 'File with the password.', LOGIN_PASSWORD).exactOptional(),
      bearer_token_file: secretFile(surroundings, 'File with a bearer token.', TOKEN).exactOptional(),
    })
    .check(rule(isOneOfBoth, '`user` and `password_file`, or `bearer_token_file`'), plainUser());
}

function isOneOfBoth(value: unknown): boolean {
  if (!isMapping(value)) return true;
  const has = (name: string) => value[name] !== undefined;
  return has('bearer_token_file') ? !has('user') && !has('password_file') : has('user') && has('password_file');
}

/** The header `Authorization`; undefined without a login. */
export function authorizationOf({ user, password_file, bearer_token_file }: HttpAuth): string | undefined {
  if (bearer_token_file !== undefined) return `Bearer ${bearer_token_file}`;
  if (user === undefined || password_file === undefined) return undefined;
  return `Basic ${Buffer.from(`${user}:${password_file}`).toString('base64')}`;
}
