import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { command } from '../../bed/command.ts';
import { needing } from '../../bed/need.ts';
import { program } from '../../bed/paths.ts';
import { waitFor } from '../../bed/wait-for.ts';
import { stories } from '../../stories/index.ts';
import { loadRecording, type Moment, type Recording, recordingPath } from '../../stories/recording.ts';
import { createStoryReplay } from '../../stories/replay.ts';
import { at, clientOf, each, type Get } from '../demo/client.ts';

const serve = async (recording: Recording) => {
  const replay = createStoryReplay(recording);
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  const dockerHost = await replay.listen(join(folder, 'engine.sock'));
  onTestFinished(async () => {
    await replay.close();
    rmSync(folder, { recursive: true });
  });
  return { replay, dockerHost, get: clientOf(join(folder, 'engine.sock')) };
};

const linesOf = ({ moments }: Recording) => moments.flatMap((moment) => ('event' in moment ? [moment.event] : []));
const atTurn = ({ moments }: Recording, turn: string): number =>
  moments.find((moment) => 'engine' in moment && moment.engine === turn)?.atMs ?? Number.NaN;

/** Reads the event stream in the background. */
const follow = (get: Get) => {
  const chunks: string[] = [];
  const ended = get('/events?since=1', { onData: (chunk) => void chunks.push(chunk.toString()) }).then(
    () => 'ended',
    () => 'ended',
  );
  return { ended, lines: () => chunks.join('').trimEnd().split('\n') };
};

test('each story is recorded on each of its stages', () => {
  const missing = stories.flatMap((story) => story.stages.filter((stage) => !existsSync(recordingPath(stage, story))));
  expect(missing).toEqual([]);
});

test('until it is started the containers are prepared, and the clock stands', async () => {
  const recording = loadRecording('docker-28', { name: 'removed-while-running' });
  const { get } = await serve(recording);
  expect(each((await get('/containers/json?all=1')).json, 'State')).toEqual(['running']);
  expect(at((await get('/info')).json, 'ContainersRunning')).toBe(1);
  expect(at((await get('/containers/story-removed/json')).json, 'State', 'Status')).toBe('running');
  const { headers } = await get('/_ping');
  expect(headers).toMatchObject({ 'api-version': '1.51', date: new Date(recording.beganAtMs).toUTCString() });
});

test('events come at their times, and what goes is gone', async () => {
  const recording = loadRecording('docker-20', { name: 'removed-while-running' });
  const { replay, get } = await serve(recording);
  const stream = follow(get);
  const startMs = performance.now();
  replay.start();
  await replay.done;
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(recording.durationMs);
  expect(stream.lines()).toEqual(linesOf(recording));
  expect((await get('/containers/story-removed/json')).status).toBe(404);
  expect((await get('/containers/json?all=1')).json).toEqual([]);
});

test('an engine that restarts refuses calls, ends its streams, and forgets its events', async () => {
  const recording = loadRecording('docker-20', { name: 'engine-restart' });
  const { replay, get } = await serve(recording);
  const stream = follow(get);
  replay.start();
  await stream.ended;
  await expect(get('/_ping')).rejects.toThrow();
  await waitFor('its return', async () => (await get('/_ping')).status === 200);
  await replay.done;
  const linesOfLives = (isIn: (moment: Moment) => boolean) =>
    linesOf({ ...recording, moments: recording.moments.filter(isIn) });
  expect(stream.lines()).toEqual(linesOfLives(({ atMs }) => atMs < atTurn(recording, 'ends')));
  const { body } = await get('/events?since=1&until=9999999999');
  expect(body.toString().trimEnd().split('\n')).toEqual(linesOfLives(({ atMs }) => atMs > atTurn(recording, 'ends')));
});

test('whoever asks while the engine was slow to answer waits as long', async () => {
  const recording = loadRecording('docker-28', { name: 'young-crash' });
  const answers = recording.moments.flatMap((moment) => ('inspect' in moment ? [moment] : []));
  const {
    atMs,
    answeredAtMs = Number.NaN,
    inspect,
  } = answers.find((slow) => slow.answeredAtMs !== undefined) ?? expect.fail('none');
  const { replay, get } = await serve(recording);
  const startMs = performance.now();
  replay.start();
  await waitFor('the moment', () => performance.now() - startMs >= atMs, { intervalMs: 1 });
  const { json } = await get(`/containers/${inspect.Id}/json`);
  expect(at(json, 'State')).toEqual(inspect.State);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(answeredAtMs);
});

describe('the Docker client', needing('docker-cli-28'), () => {
  test.each(['docker-28', 'docker-20'] as const)('prints what was recorded on %s', async (stage) => {
    const recording = loadRecording(stage, { name: 'name-swap' });
    const { replay, dockerHost } = await serve(recording);
    const docker = (...args: readonly string[]) =>
      command(program('docker'), args, { env: { DOCKER_HOST: dockerHost } });
    replay.start();
    await replay.done;
    const until = String(Math.ceil((recording.beganAtMs + recording.durationMs) / 1000));
    const events = await docker('events', '--since', '1', '--until', until, '--format', '{{json .}}');
    expect(events.trimEnd().split('\n')).toEqual(linesOf(recording));
    for (const name of ['story-swap-a', 'story-swap-b']) {
      const last = recording.moments.findLast((moment) => 'inspect' in moment && moment.inspect.Name === `/${name}`);
      expect(JSON.parse(await docker('inspect', name))).toEqual([last && 'inspect' in last && last.inspect]);
    }
  });
});
