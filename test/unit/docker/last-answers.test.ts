import { expect, test } from 'vitest';
import { createLastAnswers } from '../../../exporter/docker/last-answers.ts';

function createBed() {
  let now = 0;
  const parsed: string[] = [];
  const answers = createLastAnswers(
    (text): unknown => {
      parsed.push(text);
      return JSON.parse(text);
    },
    () => now,
  );
  return {
    parsed,
    read: (key: string, text: string) => answers.of(key)(text),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('an answer that says the same once a minute is read once, and gives the same object', () => {
  const { read, parsed, pass } = createBed();
  const first = read('a', '{"Status":"running"}');
  for (let minute = 0; minute < 10; minute++) {
    pass(61_000);
    expect(read('a', '{"Status":"running"}')).toBe(first);
  }
  expect(parsed).toHaveLength(1);
});

test('one of the same length that says something else is read, and so is the one of before that', () => {
  const { read } = createBed();
  for (const count of [1, 2, 1]) expect(read('a', `{"RestartCount":${count}}`)).toEqual({ RestartCount: count });
});

test('what is said of one is not said of another', () => {
  const { read } = createBed();
  expect(read('a', '{}')).not.toBe(read('b', '{}'));
});

test('what cannot be read is refused each time, and the answer before it is forgotten by nobody', () => {
  const { read } = createBed();
  const first = read('a', '{}');
  for (let time = 0; time < 2; time++) expect(() => read('a', '{')).toThrow(SyntaxError);
  expect(read('a', '{}')).toBe(first);
});

test('what was not asked about for three minutes is forgotten', () => {
  const { read, parsed, pass } = createBed();
  read('a', '{}');
  pass(91_000);
  read('b', '{}');
  pass(91_000);
  read('b', '{}');
  read('a', '{}');
  expect(parsed).toHaveLength(3);
});
