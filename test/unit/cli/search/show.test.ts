import { expect, test } from 'vitest';
import { createFinder } from '../../../../exporter/cli/search/found.ts';
import { createShow, type ShowOptions, stripControls } from '../../../../exporter/cli/search/show.ts';

const shown = (fields: object, options: Partial<ShowOptions> = {}) => {
  const found = createFinder({})(JSON.stringify({ '@timestamp': '2026-11-21T00:45:52.793401085Z', ...fields }));
  return found && createShow({ asJson: false, inColour: false, isRaw: false, ...options })(found);
};
const event = {
  data_stream: { dataset: 'harborlight.event' },
  host: { name: 'edge-1' },
  container: { name: 'web' },
  message: 'container web die, exit code 3',
  event: { outcome: 'failure' },
};

test('a document is a line with its local time, what it is, whose it is and what it says', () => {
  const time = new Date('2026-11-21T00:45:52.793Z');
  const clock = `${String(time.getHours()).padStart(2, '0')}:45:52.793`;
  expect(shown(event)).toContain(`${clock} event     edge-1/web container web die, exit code 3\n`);
});

test('in colour what is bad is red, and each colour ends', () => {
  const line = shown(event, { inColour: true }) ?? '';
  expect(line).toContain('\u001b[31mevent    \u001b[0m');
  expect(line.match(/\u001b\[[1-9]\d*m/g)?.length).toBe(line.match(/\u001b\[0m/g)?.length);
});

const ESC = '\u001b';
const attacks = [
  [`${ESC}]0;title\u0007text`, 'text'],
  [`${ESC}]8;;http://x${ESC}\\link${ESC}]8;;${ESC}\\`, 'link'],
  [`${ESC}[2J${ESC}[31mred${ESC}[0m`, 'red'],
  [`\u009b31mred`, 'red'],
  [`\u009d0;title\u009cx`, 'x'],
  ['a\rb\bc\u0000d\u007fe\u0085f', 'abcdef'],
  [`${ESC}cx`, 'x'],
  ['tab\tand\nline', 'tab\tand\nline'],
] as const;

test.each(attacks)('%j is shown as %j', (text, expected) => {
  expect(stripControls(text)).toBe(expected);
});

test('no control character of a message, a name or a time reaches the terminal, in JSON neither', () => {
  const text = attacks.map(([attack]) => attack).join('');
  const fields = { ...event, message: text, container: { name: text }, host: { name: text } };
  for (const asJson of [false, true]) {
    expect(shown(fields, { asJson })).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }
  expect(shown({ ...fields, '@timestamp': `${ESC}[2Jx` })).not.toContain(ESC);
});

test('they stay on demand', () => {
  expect(shown({ ...event, message: `${ESC}[31mred` }, { isRaw: true })).toContain(`${ESC}[31mred`);
});

test('JSON is what was written', () => {
  const line = JSON.stringify({ '@timestamp': '2026-11-21T00:45:52.793401085Z', ...event });
  expect(shown(event, { asJson: true })).toBe(`${line}\n`);
});

test('a message of several lines is told from the next document', () => {
  expect(shown({ ...event, message: 'first\nsecond\n' })).toContain('first\n    second\n');
});
