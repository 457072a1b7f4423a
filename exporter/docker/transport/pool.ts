import { setMaxListeners } from 'node:events';
import { buildConnector, Pool } from 'undici';

/** Every call has a deadline of its own, so the pool's are off; idle connections outlive the usual 15 s between scrapes. */
export const POOL_OPTIONS = {
  keepAliveTimeout: 30_000,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const satisfies Pool.Options;

/** A pool that leaves nothing behind: undici itself lets a connection go on that is still being made. */
export function openPool(
  origin: string,
  options: buildConnector.BuildOptions,
  wrap = (connect: buildConnector.connector) => connect,
): { readonly pool: Pool; readonly close: () => Promise<void> } {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const connect = wrap(buildConnector({ ...options, signal: closing.signal }));
  const pool = new Pool(origin, { ...POOL_OPTIONS, connect });
  return {
    pool,
    close: async () => {
      await pool.destroy();
      closing.abort();
    },
  };
}
