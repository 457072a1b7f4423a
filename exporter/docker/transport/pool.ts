import type { Pool } from 'undici';

/** Every call has a deadline of its own, so the pool's are off; idle connections outlive the usual 15 s between scrapes. */
export const POOL_OPTIONS = {
  keepAliveTimeout: 30_000,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const satisfies Pool.Options;
