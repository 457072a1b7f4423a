import type { Pool } from 'undici';
import { openSsh, type SshMaterial } from './ssh.ts';
import { openTcp, type TlsMaterial } from './tcp.ts';
import { openUnix } from './unix.ts';

/** Where an engine is, with what its certificate and key files held. */
export interface EngineAddress {
  /** unix:///path, tcp://host:port, http://, https://, ssh://user@host:port */
  readonly url: string;
  readonly tls?: TlsMaterial;
  readonly ssh?: SshMaterial;
}

/** A way to one engine. Connections are made when they are needed. */
export interface EngineTransport {
  readonly pool: Pool;
  /** For answers that go on for ever, of many small pieces: what comes in quick succession waits up to 80 ms. */
  readonly streams: Pool;
  /** How many calls may be under way at once, where the transport itself has a limit. */
  readonly maxConcurrentCalls?: number;
  readonly close: () => Promise<void>;
}

export function openTransport(address: EngineAddress): EngineTransport {
  const url = new URL(address.url);
  switch (url.protocol) {
    case 'unix:':
      return openUnix(decodeURIComponent(url.pathname));
    case 'ssh:':
      return openSsh(url, address.ssh);
    default:
      return openTcp(url, address.tls);
  }
}
