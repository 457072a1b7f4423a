import { statSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** Held by one process at a time, until it lets go or ends, however it ends. */
export interface Lock {
  readonly release: () => Promise<void>;
}

/** Somebody else has the directory. */
export class SpoolLockedError extends Error {
  override readonly name = 'SpoolLockedError';
}

const NAME = 'lock';
const ANSWER_MS = 1000;
const MAX_ANSWER_BYTES = 512;
/** Two that find the same dead socket may both come to remove it. */
const TRIES = 3;

/**
 * A bound socket: Node has no flock, and a process id means nothing in another container (R55). Whoever finds one that
 * nobody listens at takes it over. `holder` is told to those who come too late.
 */
export async function acquireLock(directory: string, holder: string): Promise<Lock> {
  const opened = await open(directory, 'r');
  try {
    // The path of a socket has at most 107 bytes: it is named from the open directory, however deep that is.
    const path = join(`/proc/self/fd/${opened.fd}`, NAME);
    const server = await bindAnyway(path, directory, holder);
    return { release: () => release(server, opened) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function bindAnyway(path: string, directory: string, holder: string): Promise<Server> {
  for (let tries = 0; tries < TRIES; tries++) {
    const bound = await bind(path, holder);
    if (bound !== undefined) return bound;
    const seen = identityOf(path);
    const answer = await ask(path);
    if (answer !== undefined) throw new SpoolLockedError(`${directory} is in use by ${answer}: stop that one first`);
    // Only the one that was asked: another process may have been faster, and bound its own.
    if (seen !== undefined && seen === identityOf(path)) unlinkSync(path);
  }
  throw new SpoolLockedError(`${directory} is in use by a process that has just started`);
}

/** Undefined when there is a socket already. */
function bind(path: string, holder: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(holder);
  });
  return new Promise((resolve, reject) => {
    // Also later, when there are too many descriptors to answer who asks: the socket stays bound.
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(new Error('lock the directory by a socket', { cause: error }));
    });
    server.listen({ path }, () => resolve(server.unref()));
  });
}

/** What the holder says of itself; undefined when there is none. */
function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ path });
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('connect', () => {
      answer ||= 'a process that does not answer';
    });
    let told = '';
    socket.on('data', (text: string) => {
      told += text;
      if (told.length > MAX_ANSWER_BYTES) socket.destroy();
    });
    socket.on('close', () => {
      const name = told.replace(/[^ -~]/g, '').slice(0, MAX_ANSWER_BYTES);
      resolve(answer === '' ? undefined : name || answer);
    });
  });
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino} ${found.ctimeNs}`;
}

function release(server: Server, directory: FileHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    // Closing removes the socket by its path, for which the directory has to be open.
    server.close(() => {
      directory.close().then(resolve, reject);
    });
  });
}
