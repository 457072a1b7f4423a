import { setMaxListeners } from 'node:events';
import { Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';
import { gatherReads, UNBUFFERED } from './gather-reads.ts';

/** Every call has a deadline of its own, so the pool's are off; idle connections outlive the usual 15 s between scrapes. */
export const POOL_OPTIONS = {
  keepAliveTimeout: 30_000,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const satisfies Pool.Options;

/** Pools that leave nothing behind: undici itself lets a connection go on that is still being made. */
export function openPools(
  origin: string,
  options: buildConnector.BuildOptions,
  wrap = (connect: buildConnector.connector) => connect,
): { readonly pool: Pool; readonly streams: Pool; readonly close: () => Promise<void> } {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const connector = (how: object) => wrap(buildConnector({ ...options, ...how, signal: closing.signal }));
  const pool = new Pool(origin, { ...POOL_OPTIONS, connect: connector({}) });
  const streams = new Pool(origin, { ...POOL_OPTIONS, connect: gathering(connector(UNBUFFERED)) });
  return {
    pool,
    streams,
    close: async () => {
      await Promise.all([pool.destroy(), streams.destroy()]);
      closing.abort();
    },
  };
}

function gathering(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const [, socket] = result;
      // Of a failure it is not even null.
      if (socket instanceof Socket) gatherReads(socket);
      callback(...result);
    });
}
