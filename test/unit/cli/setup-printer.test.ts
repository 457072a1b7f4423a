import { expect, test } from 'vitest';
import { createSetupPrinter } from '../../../exporter/cli/setup-printer.ts';
import { createContext } from './context.ts';

// The first would clear the screen, the second turns the direction of what follows.
const evil = 'no\u001b[2J such\u202e store\nit is';

test('what a store says goes to a terminal as plain text, one line each', () => {
  const { context, out, err } = createContext({});
  const printer = createSetupPrinter(context, { json: false, dryRun: false });
  printer.step('sink a', { what: evil, outcome: 'left out', why: evil });
  printer.note('sink a', evil);
  printer.failure('sink a', evil);
  const plain = 'no  such  store it is';
  expect(out()).toBe(`sink a: ${plain}: left out: ${plain}\nsink a: ${plain}\n`);
  expect(err()).toBe(`sink a: ${plain}\n`);
});

test('as JSON it is whole, without a control character', () => {
  const { context, out } = createContext({});
  createSetupPrinter(context, { json: true, dryRun: true }).note('sink a', `${evil}\u009b2J`);
  const text = out();
  expect(JSON.parse(text)).toEqual({ target: 'sink a', note: `${evil}\u009b2J`, dry_run: true });
  expect(text.trimEnd()).toMatch(/^[\u0020-\u007e]+$/);
});
