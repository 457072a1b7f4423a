import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { CliContext } from './cli/command.ts';
import { runCli } from './cli/index.ts';
import { DOCKER_VARIABLES } from './config/docker-environment.ts';

process.exitCode = await runCli(createContext());

/** The process, for commands that do not touch it. */
function createContext(): CliContext {
  const env = { ...process.env };
  // R7: the client library would let them change how every engine is reached, configured or not.
  for (const name of DOCKER_VARIABLES) Reflect.deleteProperty(process.env, name);
  return {
    argv: process.argv.slice(2),
    env,
    cwd: process.cwd(),
    hostname: hostname(),
    version: readVersion(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: createStopSignal(),
    onReload: (callback) => void process.on('SIGHUP', callback),
  };
}

/** The first SIGINT or SIGTERM asks to stop, a second SIGINT does not wait for it. */
function createStopSignal(): AbortSignal {
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort());
  process.once('SIGINT', () => {
    stopping.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  return stopping.signal;
}

function readVersion(): string {
  // From exporter/ as from dist/. The package's own file: npm refuses one without a version.
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { readonly version: string }).version;
}
