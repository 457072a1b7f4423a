import { Command, CommanderError } from 'commander';
import { checkConfig } from './check-config.ts';
import type { CliCommand, CliCommandGroup, CliContext, ExitCode } from './command.ts';
import { deadLetters } from './dead-letters.ts';
import { demo } from './demo.ts';
import { docs } from './docs.ts';
import { hashPassword } from './hash-password.ts';
import { logs } from './logs.ts';
import { setup } from './setup.ts';
import { spool } from './spool.ts';
import { start } from './start.ts';

/** Every command, in the order of --help. Adding one is its file and one line here. */
const commands: readonly (CliCommand | CliCommandGroup)[] = [
  start,
  demo,
  checkConfig,
  setup,
  logs,
  spool,
  deadLetters,
  hashPassword,
  docs,
];

/** Runs the command that the arguments name; what is wrong is told on stderr. */
export async function runCli(context: CliContext): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  const program = configure(new Command('harborlight'), context)
    .description('Docker containers in Prometheus: one exporter for any number of engines.')
    .version(context.version);
  const build = (one: CliCommand | CliCommandGroup): Command => {
    const command = configure(new Command(one.name), context).description(one.summary);
    if ('commands' in one) return one.commands.reduce((group, inner) => group.addCommand(build(inner)), command);
    one.define?.(command);
    return command.action(async () => void codes.push(await one.run(context, command.opts(), command.args)));
  };
  for (const one of commands) program.addCommand(build(one));
  try {
    await program.parseAsync(context.argv, { from: 'user' });
    return codes[0] ?? 0;
  } catch (error) {
    // commander has told what was wrong; --help and --version end here too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    // Stopped while it waited for something: nothing to tell.
    if (context.signal.aborted) return 1;
    throw error;
  }
}

/** Commander would end the process and write to its streams by itself. */
function configure(command: Command, { stdout, stderr }: CliContext): Command {
  return command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
  });
}
