import { createInterface } from 'node:readline';
import { addAbortSignal, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { hashPassword as hash } from '../config/password.ts';
import type { CliCommand, CliContext } from './command.ts';

export const hashPassword: CliCommand = {
  name: 'hash-password',
  summary: 'Read a password from standard input and print its hash, for listen.auth.users.',
  run: async (context) => {
    const password = await readPassword(context);
    if (password === '') {
      context.stderr.write('no password on standard input\n');
      return 2;
    }
    context.stdout.write(`${await hash(password)}\n`);
    return 0;
  },
};

/** Empty when there is none, or when who types gave up. */
async function readPassword({ stdin, stderr, signal }: CliContext): Promise<string> {
  if (stdin.isTTY === true) return prompt(stdin, stderr);
  const all = await text(addAbortSignal(signal, stdin));
  return all.replace(/\r?\n$/, '');
}

/** What is typed goes to an output that drops it. */
async function prompt(stdin: CliContext['stdin'], stderr: CliContext['stderr']): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: silence, terminal: true });
  stderr.write('Password: ');
  try {
    return await new Promise((resolve) => {
      terminal.once('line', resolve);
      // Ctrl-C and Ctrl-D: in raw mode they come as keys, not as signals.
      terminal.once('SIGINT', () => resolve(''));
      terminal.once('close', () => resolve(''));
    });
  } finally {
    terminal.close();
    stderr.write('\n');
  }
}
