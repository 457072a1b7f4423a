import { describe, expect, test } from 'vitest';
import { classifyExit, type Exit } from '../../../../exporter/docker/lifecycle/exit-reason.ts';
import type { ExitReason } from '../../../../exporter/model/lifecycle.ts';

/** Of the end; all other times are told from it. */
const T = 1_795_222_000;

const [HUP, INT, QUIT, KILL, USR1, TERM] = [1, 2, 3, 9, 10, 15];

const killed = (signal: number | undefined, secondsBefore: number) => ({
  atSeconds: T - secondsBefore,
  ...(signal !== undefined && { signal }),
});

const reasonOf = (exit: Partial<Exit>): ExitReason =>
  classifyExit({ atSeconds: T, kills: [], hasOomKilled: false, ...exit });

interface Case extends Partial<Exit> {
  readonly what: string;
  readonly reason: ExitReason;
}

const check = ({ what: _, reason, ...exit }: Case) => expect(reasonOf(exit)).toBe(reason);

describe('an end that nobody asked for', () => {
  test.each<Case>([
    { what: 'exit code 0', exitCode: 0, reason: 'success' },
    { what: 'exit code 1', exitCode: 1, reason: 'error' },
    { what: 'exit code 127', exitCode: 127, reason: 'error' },
    { what: 'exit code 128, which is no signal', exitCode: 128, reason: 'error' },
    { what: 'exit code 129, the first signal', exitCode: 129, reason: 'signal' },
    { what: 'exit code 137, from the host', exitCode: 137, reason: 'signal' },
    { what: 'exit code 192, the last signal', exitCode: 192, reason: 'signal' },
    { what: 'exit code 193, which is no signal', exitCode: 193, reason: 'error' },
    { what: 'exit code 255', exitCode: 255, reason: 'error' },
    { what: 'an exit code that nobody knows', reason: 'unknown' },
  ])('$what: $reason', check);
});

describe('R13: a kill', () => {
  test.each<Case>([
    { what: 'with 9', exitCode: 137, kills: [killed(KILL, 0.1)], reason: 'requested' },
    { what: 'with 15, that ended well', exitCode: 0, kills: [killed(TERM, 0.1)], reason: 'requested' },
    { what: 'with 15, that ended badly', exitCode: 1, kills: [killed(TERM, 5)], reason: 'requested' },
    { what: 'with 2', exitCode: 130, kills: [killed(INT, 1)], reason: 'requested' },
    { what: 'with 3', exitCode: 131, kills: [killed(QUIT, 1)], reason: 'requested' },
    { what: 'with the signal that the exit code shows', exitCode: 138, kills: [killed(USR1, 1)], reason: 'requested' },
    { what: 'with HUP, a crash a minute later', exitCode: 3, kills: [killed(HUP, 60)], reason: 'error' },
    { what: 'with HUP, a crash a second later', exitCode: 3, kills: [killed(HUP, 1)], reason: 'error' },
    { what: 'with HUP that ended it', exitCode: 129, kills: [killed(HUP, 1)], reason: 'requested' },
    { what: 'with HUP, a segmentation fault', exitCode: 139, kills: [killed(HUP, 1)], reason: 'signal' },
    { what: 'with 15, a crash a minute later', exitCode: 3, kills: [killed(TERM, 60)], reason: 'error' },
    { what: 'at the end of its time to stop', exitCode: 0, kills: [killed(TERM, 20)], reason: 'requested' },
    { what: 'just before its time to stop', exitCode: 0, kills: [killed(TERM, 20.001)], reason: 'success' },
    {
      what: 'whose die is in the past: the clock stepped back',
      exitCode: 143,
      kills: [killed(TERM, -3600)],
      reason: 'requested',
    },
    {
      what: 'with 15 and 9 when the stop timed out',
      exitCode: 137,
      kills: [killed(TERM, 10), killed(KILL, 0)],
      reason: 'requested',
    },
    {
      what: 'among others',
      exitCode: 3,
      kills: [killed(HUP, 9), killed(TERM, 1), killed(USR1, 0)],
      reason: 'requested',
    },
    { what: 'with 15 of a code nobody knows', kills: [killed(TERM, 1)], reason: 'requested' },
    { what: 'with HUP of a code nobody knows', kills: [killed(HUP, 1)], reason: 'unknown' },
  ])('$what: $reason', check);
});

describe('R13: a kill with a signal that nobody knows', () => {
  const kills = [killed(undefined, 1)];
  test.each<Case>([
    { what: 'that fits TERM', exitCode: 143, kills, reason: 'requested' },
    { what: 'that fits KILL', exitCode: 137, kills, reason: 'requested' },
    { what: 'that fits the container’s own', exitCode: 138, kills, stopSignal: USR1, reason: 'requested' },
    { what: 'that fits none', exitCode: 3, kills, reason: 'error' },
    { what: 'that fits none of those that end', exitCode: 129, kills, reason: 'signal' },
    { what: 'and no exit code either', kills, reason: 'unknown' },
    { what: 'and nothing wrong', exitCode: 0, kills, reason: 'success' },
    { what: 'long ago', exitCode: 143, kills: [killed(undefined, 60)], reason: 'signal' },
  ])('$what: $reason', check);
});

describe('R13: a stop', () => {
  test.each<Case>([
    { what: 'before die', exitCode: 0, stopAtSeconds: T - 0.002, reason: 'requested' },
    { what: 'after die', exitCode: 0, stopAtSeconds: T + 0.02, reason: 'requested' },
    { what: 'without a known code', stopAtSeconds: T, reason: 'requested' },
    { what: 'an hour before', exitCode: 3, stopAtSeconds: T - 3600, reason: 'error' },
    {
      what: '-t 60 that was told, and an own end after 30 s',
      exitCode: 0,
      kills: [killed(TERM, 30)],
      stopAtSeconds: T + 0.02,
      reason: 'requested',
    },
    {
      what: 'of a container that has 60 s, and an own end after 30',
      exitCode: 0,
      kills: [killed(TERM, 30)],
      stopTimeoutSeconds: 60,
      reason: 'requested',
    },
    {
      what: 'of a container that has no end of time',
      exitCode: 0,
      kills: [killed(TERM, 86_400)],
      stopTimeoutSeconds: -1,
      reason: 'requested',
    },
    {
      what: 'of a container that has none, and a crash later',
      exitCode: 1,
      kills: [killed(TERM, 11)],
      stopTimeoutSeconds: 0,
      reason: 'error',
    },
    { what: 'by QUIT', exitCode: 0, kills: [killed(QUIT, 1)], stopSignal: QUIT, reason: 'requested' },
    { what: 'by USR1', exitCode: 0, kills: [killed(USR1, 1)], stopSignal: USR1, reason: 'requested' },
    { what: 'by another than USR1', exitCode: 0, kills: [killed(USR1, 1)], stopSignal: QUIT, reason: 'success' },
    {
      what: 'by TERM of one with another signal',
      exitCode: 0,
      kills: [killed(TERM, 1)],
      stopSignal: USR1,
      reason: 'requested',
    },
  ])('$what: $reason', check);
});

describe('R14: a lack of memory', () => {
  test.each<Case>([
    { what: 'by event', exitCode: 137, oomAtSeconds: T - 0.1, reason: 'oom' },
    { what: 'by an event after the end', exitCode: 137, oomAtSeconds: T + 0.1, reason: 'oom' },
    { what: 'by the flag alone', exitCode: 137, hasOomKilled: true, reason: 'oom' },
    { what: 'of a child, and an exit by itself', exitCode: 1, oomAtSeconds: T - 0.1, reason: 'error' },
    { what: 'of a child, and an end without fault', exitCode: 0, hasOomKilled: true, reason: 'success' },
    { what: 'of a child an hour before a kill from the host', exitCode: 137, oomAtSeconds: T - 3600, reason: 'signal' },
    {
      what: 'and a kill with 9',
      exitCode: 137,
      oomAtSeconds: T - 0.1,
      hasOomKilled: true,
      kills: [killed(KILL, 0.2)],
      reason: 'requested',
    },
    { what: 'while it was asked to end', exitCode: 137, oomAtSeconds: T, kills: [killed(TERM, 1)], reason: 'oom' },
    { what: 'and no exit code', oomAtSeconds: T - 0.1, hasOomKilled: true, reason: 'unknown' },
  ])('$what: $reason', check);
});
