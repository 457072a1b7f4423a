import { PassThrough } from 'node:stream';
import type { CliContext } from '../../../exporter/cli/command.ts';

/** A process that does not exist: its streams are memory, its working directory and variables those given. */
export function createContext(given: Partial<CliContext> & { readonly input?: string }) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = new PassThrough();
  if (given.input !== undefined) stdin.end(given.input);
  const context: CliContext = {
    argv: [],
    env: {},
    cwd: '/',
    hostname: 'here',
    version: '1.2.3',
    stdin,
    stdout,
    stderr,
    signal: new AbortController().signal,
    onReload: () => undefined,
    ...given,
  };
  return { context, out: () => textIn(stdout), err: () => textIn(stderr) };
}

function textIn(stream: PassThrough): string {
  return String(stream.read() ?? '');
}
