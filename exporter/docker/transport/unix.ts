import { Pool } from 'undici';
import type { EngineTransport } from './index.ts';
import { POOL_OPTIONS } from './pool.ts';

/** The origin is only a Host header: every connection goes to the socket. */
export function openUnix(socketPath: string): EngineTransport {
  const pool = new Pool('http://localhost', { ...POOL_OPTIONS, connect: { socketPath } });
  return { pool, dockerode: { socketPath, protocol: 'http' }, close: () => pool.destroy() };
}
