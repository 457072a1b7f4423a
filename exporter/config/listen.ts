import { isIP } from 'node:net';
import { z } from 'zod';
import { bearerToken, bearerTokenFile, onlyOneToken } from './bearer-token.ts';
import { file, rule, type Surroundings } from './fields.ts';
import { isPasswordHash } from './password.ts';
import { certificateRule } from './tls.ts';
import { isMapping } from './tree.ts';

export function listen(surroundings: Surroundings) {
  return (
    z
      .strictObject({
        address: z
          .string()
          .refine(isAddress, { error: 'an IP address or a host name' })
          .default('127.0.0.1')
          .describe('Where to listen. Any address but a loopback one needs `auth` or `allow_anonymous: true`.'),
        port: z.int().min(0).max(65535).default(9713).describe('0 takes a free one.'),
        tls: z
          .strictObject({
            cert_file: file(surroundings, 'Certificate (PEM), followed by its intermediates.'),
            key_file: file(surroundings, 'Its private key (PEM).'),
          })
          .check(certificateRule())
          .exactOptional(),
        auth: auth(surroundings).exactOptional(),
        allow_anonymous: z.boolean().default(false).describe('Answers everybody on any address, without a login.'),
      })
      // R63: who publishes a port by mistake publishes names, images and load of every container.
      .check(rule(isGuarded, 'a loopback address, or `listen.auth`, or `listen.allow_anonymous: true`', ['address']))
      .prefault({})
  );
}

/** Whether nobody else reaches the address, or who does needs a login, or was said to need none. */
export function isGuarded(value: unknown): boolean {
  if (!isMapping(value)) return true;
  const { address, allow_anonymous, auth } = value;
  // What is no address at all is a fault of its own.
  if (typeof address !== 'string' || !isAddress(address)) return true;
  return isLoopback(address) || allow_anonymous === true || auth !== undefined;
}

function auth(surroundings: Surroundings) {
  return z
    .strictObject({
      users: z
        .record(
          z.string().regex(/^[^:]+$/, { error: 'a user name without a colon' }),
          z
            .string()
            .refine(isPasswordHash, { error: 'a hash that `harborlight hash-password` printed' })
            .meta({ title: 'a hash', writeOnly: true }),
        )
        .default({})
        .meta({ title: 'a mapping of user names to hashes', description: 'Hashes: `harborlight hash-password`.' }),
      bearer_token: bearerToken('Accepted as `Authorization: Bearer …`.').exactOptional(),
      bearer_token_file: bearerTokenFile(surroundings, 'File with the bearer token.').exactOptional(),
    })
    .check(onlyOneToken('bearer_token'))
    .refine(({ users, ...tokens }) => Object.keys({ ...users, ...tokens }).length > 0, {
      error: '`users`, `bearer_token` or `bearer_token_file` in it',
    })
    .transform(({ users, bearer_token, bearer_token_file }) => {
      const token = bearer_token ?? bearer_token_file;
      return { users, ...(token !== undefined && { bearer_token: token }) };
    });
}

function isAddress(text: string): boolean {
  return isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text);
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
