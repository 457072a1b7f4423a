import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import type { Environment } from '../config/environment.ts';

/** 0 good, 1 bad, 2 wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2;

/** The process as commands see it; main.ts makes it, tests make their own. */
export interface CliContext {
  /** Without node and script. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly hostname: string;
  /** Of Harborlight. */
  readonly version: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Calls back each time that the process is asked to read its configuration again. */
  readonly onReload: (callback: () => void) => void;
}

/** One word after `harborlight`, with a file of its own. */
export interface CliCommand {
  readonly name: string;
  /** One sentence for --help. */
  readonly summary: string;
  /** Adds the options and arguments. */
  readonly define?: (command: Command) => void;
  /** `options` is what commander parsed: unknown until a schema of the command says otherwise. */
  readonly run: (context: CliContext, options: unknown, args: readonly string[]) => Promise<ExitCode>;
}

/** A word that only stands before others. */
export interface CliCommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CliCommand[];
}
