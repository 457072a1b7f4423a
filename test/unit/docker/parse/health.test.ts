import { describe, expect, test } from 'vitest';
import { readHealth } from '../../../../exporter/docker/parse/health.ts';
import { parseInspect } from '../../../../exporter/docker/parse/inspect.ts';
import { RECORDED_ENGINES, recordedInspect } from '../recordings.ts';

const at = (second: number) => `2026-11-21T00:00:${String(second).padStart(2, '0')}.000000001Z`;
const startOf = (second: number) => `${Date.parse('2026-11-21T00:00:00Z') / 1000 + second}000000001`;
/** Checks, one a second from second 1 on, with these exit codes. */
const log = (...codes: number[]) =>
  codes.map((ExitCode, index) => ({
    Start: at(index + 1),
    End: at(index + 1),
    ExitCode,
    Output: `check ${index + 1}`,
  }));

interface Case {
  readonly status: string;
  readonly streak?: number;
  readonly codes: readonly number[];
  readonly retries?: number;
  readonly startedAt?: number;
}

const verdictOf = ({ status, streak = 0, codes, retries, startedAt = 0 }: Case) => {
  const health = readHealth(
    { Status: status, FailingStreak: streak, Log: log(...codes) },
    { retries, startedNano: BigInt(startOf(startedAt)) },
  );
  const verdict = health?.verdict;
  return verdict && { second: Number(verdict.check.output.slice(6)), isFirst: verdict.isFirst };
};

describe('the check that made a container what it is', () => {
  test.each<[string, Case, number, boolean]>([
    ['the first of all succeeded', { status: 'healthy', codes: [0] }, 1, true],
    ['it succeeded after failures', { status: 'healthy', codes: [1, 1, 0, 0] }, 3, true],
    ['one failure in between changed nothing', { status: 'healthy', codes: [0, 1, 0, 1] }, 1, true],
    ['nor where the rest is not kept', { status: 'healthy', codes: [0, 0, 0, 1, 0] }, 5, false],
    ['three failures did', { status: 'healthy', codes: [0, 1, 1, 1, 0] }, 5, true],
    ['there may have been three', { status: 'healthy', codes: [1, 1, 0, 0, 0] }, 5, false],
    ['it failed three times', { status: 'unhealthy', streak: 3, codes: [0, 0, 1, 1, 1] }, 5, true],
    ['it goes on failing', { status: 'unhealthy', streak: 5, codes: [1, 1, 1, 1, 1] }, 3, true],
    ['once is enough', { status: 'unhealthy', streak: 1, retries: 1, codes: [0, 1] }, 2, true],
    ['those before its start do not count', { status: 'healthy', codes: [0, 0, 0, 0, 0], startedAt: 3 }, 3, true],
    [
      'nor do those of its time to start',
      { status: 'unhealthy', streak: 3, codes: [0, 1, 1, 1, 1], startedAt: 2 },
      5,
      true,
    ],
    ['it is older than what is kept', { status: 'healthy', codes: [0, 0, 0, 0, 0] }, 5, false],
    ['it failed before what is kept', { status: 'unhealthy', streak: 20, codes: [1, 1, 1, 1, 1] }, 5, false],
  ])('%s', (_what, given, second, isFirst) => {
    expect(verdictOf(given)).toEqual({ second, isFirst });
  });

  test.each<[string, Case]>([
    ['it is starting', { status: 'starting', codes: [1] }],
    ['no check was made', { status: 'healthy', codes: [] }],
    ['it was paused, and no check says that it is unhealthy', { status: 'unhealthy', streak: 0, codes: [0, 0, 0] }],
    ['all checks are of before its start', { status: 'healthy', codes: [0, 0], startedAt: 30 }],
  ])('there is none when %s', (_what, given) => {
    expect(verdictOf(given)).toBeUndefined();
  });
});

test.each(RECORDED_ENGINES)('%s: what is unhealthy has the output of its check', (engine) => {
  const { health } = parseInspect(recordedInspect(engine, 'shop-sick-1')).facts;
  expect(health).toMatchObject({ status: 'unhealthy' });
  const { State } = recordedInspect(engine, 'shop-sick-1') as {
    readonly State: { readonly Health: { readonly Log: readonly { readonly Output: string }[] } };
  };
  expect(State.Health.Log.map(({ Output }) => Output)).toContain(health?.verdict?.check.output);
});
