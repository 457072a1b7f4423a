import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { CliContext } from './cli/command.ts';
import { runCli } from './cli/index.ts';
import { createReloadSignal } from './cli/signals.ts';

const context = createContext();
process.exitCode = await runCli(context);
// A file whose reading does not end holds a thread, and with it even process.exit(): then the signal ends us after all.
if (context.signal.aborted) setTimeout(endBySignal, 1000).unref();

/** The process, for commands that do not touch it. */
function createContext(): CliContext {
  return {
    argv: process.argv.slice(2),
    env: { ...process.env },
    cwd: process.cwd(),
    hostname: hostname(),
    version: readVersion(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: createStopSignal(),
    onReload: createReloadSignal(process),
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

function endBySignal(): void {
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
}

function readVersion(): string {
  // From exporter/ as from dist/. The package's own file: npm refuses one without a version.
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { readonly version: string }).version;
}
