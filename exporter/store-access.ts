import type { Config } from './config/schema.ts';
import type { StoreAuth } from './documents/store/auth.ts';
import type { StoreTls } from './documents/store/tls.ts';

type StoreSink = Extract<Config['sinks'][number], { kind: 'elasticsearch' }>;

/** Who writes; the configuration has seen to it that it is one of them. */
export function storeAuthOf(auth: NonNullable<StoreSink['auth']>): StoreAuth {
  const { api_key_file, bearer_token_file, user = '', password_file = '' } = auth;
  if (api_key_file !== undefined) return { apiKey: api_key_file };
  if (bearer_token_file !== undefined) return { bearer: bearer_token_file };
  return { username: user, password: password_file };
}

export function storeTlsOf({ ca_file, fingerprint }: NonNullable<StoreSink['tls']>): StoreTls {
  return {
    ...(ca_file && { ca: ca_file.text }),
    ...(fingerprint !== undefined && { fingerprint }),
  };
}
