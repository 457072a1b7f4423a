import type { Duplex } from 'node:stream';
import { Pool } from 'undici';
import { EngineError } from '../error.ts';
import type { EngineTransport } from './index.ts';
import { POOL_OPTIONS } from './pool.ts';
import { createSshChannels, type SshChannels } from './ssh-channels.ts';

/** What the key and known-hosts files held. */
export interface SshMaterial {
  readonly privateKey?: string;
  readonly passphrase?: string;
  /** Lines of known_hosts: a host key that is not in there is refused. */
  readonly knownHosts: string;
  /** SSH_AUTH_SOCK, where an agent holds the key. */
  readonly agentSocket?: string;
}

/** OpenSSH allows ten sessions on a connection; the event stream has one of ours for itself. */
const MAX_CHANNELS = 8;
const MAX_CONCURRENT_CALLS = 6;

/** One SSH connection to the machine, on which every HTTP connection is a channel. */
export function openSsh(url: URL, material: SshMaterial | undefined): EngineTransport {
  const channels = createSshChannels(url, material);
  const pool = new Pool('http://localhost', {
    ...POOL_OPTIONS,
    connections: MAX_CHANNELS,
    // A channel does what undici needs of a socket: it asks for more only where a method is there.
    connect: (_options, callback) => deliver(channels, (error, channel) => callback(error, channel as never)),
  });
  return {
    pool,
    streams: pool,
    maxConcurrentCalls: MAX_CONCURRENT_CALLS,
    close: async () => {
      await pool.destroy();
      channels.close();
    },
  };
}

function deliver(channels: SshChannels, callback: (error: Error | null, channel?: Duplex) => void): void {
  channels.open().then(
    (channel) => callback(null, channel),
    (cause: unknown) => callback(cause instanceof Error ? cause : new EngineError('unreachable', String(cause))),
  );
}
