import { join } from 'node:path';
import { runCommand } from './command.ts';
import { bedPath, program } from './paths.ts';

/** What the strict OpenMetrics parser of PyPI's prometheus-client has against a text; nothing when it is valid. */
export const checkOpenMetrics = async (text: string): Promise<string> => {
  const { exitCode, stderr } = await runCommand(join(bedPath, 'openmetrics-check'), [], { input: text });
  return exitCode === 0 ? '' : `exit code ${String(exitCode)}: ${stderr}`;
};

/** What `promtool check metrics` has against a text in the format 0.0.4; nothing when it finds nothing. */
export const checkText = async (text: string, version: '3' | '2' = '3'): Promise<string> => {
  const { exitCode, stdout, stderr } = await runCommand(program(`promtool-${version}`), ['check', 'metrics'], {
    input: text,
  });
  return exitCode === 0 ? stdout + stderr : `exit code ${String(exitCode)}: ${stdout}${stderr}`;
};
