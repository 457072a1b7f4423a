import type { SetupStep } from '../setup/setup-step.ts';
import type { CliContext } from './command.ts';
import { printable, printableJson } from './printable.ts';

/** Tells what became of each target: for people on two streams, or one object a line. */
export interface SetupPrinter {
  readonly step: (target: string, step: SetupStep) => void;
  readonly note: (target: string, note: string) => void;
  readonly failure: (target: string, message: string) => void;
}

export function createSetupPrinter(
  context: Pick<CliContext, 'stdout' | 'stderr'>,
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
): SetupPrinter {
  return json ? printObjects(context, dryRun) : printLines(context, dryRun);
}

function printObjects({ stdout }: Pick<CliContext, 'stdout'>, dryRun: boolean): SetupPrinter {
  const print = (line: object) => void stdout.write(`${printableJson({ ...line, dry_run: dryRun })}\n`);
  return {
    step: (target, step) => print({ target, ...step }),
    note: (target, note) => print({ target, note }),
    failure: (target, error) => print({ target, error }),
  };
}

function printLines({ stdout, stderr }: Pick<CliContext, 'stdout' | 'stderr'>, dryRun: boolean): SetupPrinter {
  // A store's own words are in it.
  const line = (...parts: readonly string[]) => `${printable(parts.join(': '))}\n`;
  return {
    step: (target, { what, outcome, why }) => {
      const would = dryRun && (outcome === 'created' || outcome === 'updated') ? 'would be ' : '';
      stdout.write(line(target, what, `${would}${outcome}`, ...(why === undefined ? [] : [why])));
    },
    note: (target, note) => void stdout.write(line(target, note)),
    failure: (target, message) => void stderr.write(line(target, message)),
  };
}
