import type { Duplex } from 'node:stream';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import { EngineError } from '../error.ts';
import { isKnownHost } from './known-hosts.ts';
import type { SshMaterial } from './ssh.ts';

/** Channels to the engine's socket on one shared SSH connection, which is made at the first and again after its end. */
export interface SshChannels {
  readonly open: () => Promise<Duplex>;
  readonly close: () => void;
}

const DEFAULT_SOCKET = '/var/run/docker.sock';
/** What the docker client runs at the other end; joins its own input and output to the engine's socket. */
const DIAL_COMMAND = 'docker system dial-stdio';

/** The socket is the URL's path, /var/run/docker.sock without one. */
export function createSshChannels(url: URL, material: SshMaterial | undefined): SshChannels {
  const closing = new AbortController();
  let connection: Promise<Client> | undefined;

  const connected = (): Promise<Client> => {
    if (connection !== undefined) return connection;
    const made = connect(url, material, closing.signal);
    const forget = () => {
      if (connection === made) connection = undefined;
    };
    made.then((client) => client.once('close', forget), forget);
    connection = made;
    return made;
  };

  return {
    open: async () => openChannel(await connected(), url.pathname === '' ? DEFAULT_SOCKET : url.pathname),
    close: () => closing.abort(new EngineError('aborted', 'ssh connection closed')),
  };
}

async function connect(url: URL, material: SshMaterial | undefined, closing: AbortSignal): Promise<Client> {
  // Only where an engine is reached so: the package takes its share of memory.
  const { Client } = await import('ssh2');
  closing.throwIfAborted();
  const port = url.port === '' ? 22 : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  let keyIsKnown = true;
  const config: ConnectConfig = {
    host,
    port,
    username: decodeURIComponent(url.username),
    // Three without an answer end the connection: a new one is made where a network forgot the old.
    keepaliveInterval: 5000,
    readyTimeout: 10_000,
    hostVerifier: (key: Buffer) => (keyIsKnown = isKnownHost(material?.knownHosts ?? '', host, port, key)),
    ...(material?.privateKey !== undefined && { privateKey: material.privateKey }),
    ...(material?.passphrase !== undefined && { passphrase: material.passphrase }),
    ...(material?.agentSocket !== undefined && { agent: material.agentSocket }),
  };
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.once('ready', () => resolve(client));
    // A remote that does not answer would not answer a farewell either.
    closing.addEventListener('abort', () => client.destroy(), { once: true });
    client.once('close', () => reject(new EngineError('unreachable', `ssh to ${host}:${port}: connection closed`)));
    client.on('error', (cause) => {
      if (!keyIsKnown) reject(new EngineError('denied', `ssh to ${host}:${port}: its host key is not a known one`));
      const failure = cause.level === 'client-authentication' ? 'denied' : 'unreachable';
      reject(new EngineError(failure, `ssh to ${host}:${port}`, { cause }));
    });
    client.connect(config);
  });
}

/** By forwarding to the socket, which costs no process; where the server forbids that, as the docker client does. */
async function openChannel(client: Client, socketPath: string): Promise<ClientChannel> {
  try {
    return await new Promise((resolve, reject) => {
      client.openssh_forwardOutStreamLocal(socketPath, (error, channel) => (error ? reject(error) : resolve(channel)));
    });
  } catch {
    // Refused or unknown to this server: the next way tells what is wrong if that fails too.
    return new Promise((resolve, reject) => {
      client.exec(DIAL_COMMAND, (cause, channel) => {
        if (cause) {
          reject(new EngineError('denied', 'ssh: no channel to the engine', { cause }));
          return;
        }
        channel.stderr.resume();
        resolve(channel);
      });
    });
  }
}
