import { z } from 'zod';
import { bearerToken, bearerTokenFile, onlyOneToken } from './bearer-token.ts';
import { rule, type Surroundings } from './fields.ts';
import { LOGIN_PASSWORD, plainUser, secretFile } from './secret-file.ts';
import { isMapping } from './tree.ts';

/** What Alertmanager shows when it posts; without, what the other pages want is enough. */
export function alerts(surroundings: Surroundings) {
  return z
    .strictObject({
      webhook: z
        .strictObject({
          bearer_token: bearerToken('Sent as `Authorization: Bearer …`.').exactOptional(),
          bearer_token_file: bearerTokenFile(surroundings, 'File with the token.').exactOptional(),
          user: z.string().min(1).exactOptional().describe('Name of a basic login.'),
          password_file: secretFile(surroundings, 'File with its password.', LOGIN_PASSWORD).exactOptional(),
        })
        .check(onlyOneToken('bearer_token'), rule(hasLogin, 'a token, or `user` and `password_file`'), plainUser())
        .exactOptional(),
    })
    .prefault({});
}

function hasLogin(value: unknown): boolean {
  if (!isMapping(value)) return true;
  const has = (name: string) => value[name] !== undefined;
  if (has('user') !== has('password_file')) return false;
  return has('user') || has('bearer_token') || has('bearer_token_file');
}
