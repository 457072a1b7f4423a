import type { EngineTransport } from './index.ts';
import { openPools } from './pool.ts';

/** The origin is only a Host header: every connection goes to the socket. */
export function openUnix(socketPath: string): EngineTransport {
  return openPools('http://localhost', { socketPath });
}
