import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createHost } from '../../exporter/docker/host.ts';
import type { HealthTransition } from '../../exporter/model/health-transition.ts';
import { stories } from './index.ts';
import { loadRecording } from './recording.ts';
import { createStoryReplay } from './replay.ts';

test.each(['docker-28', 'docker-20'] as const)(
  'recorded on %s: each change of health is told once, with a check that says so',
  { timeout: 60_000 },
  async (stage) => {
    const story = stories.find(({ name }) => name === 'good-bad-good');
    if (story === undefined) throw new Error('the story is gone');
    const directory = await mkdtemp(join(tmpdir(), 'harborlight-story-'));
    const replay = createStoryReplay(loadRecording(stage, story));
    const url = await replay.listen(join(directory, 'docker.sock'));
    const transitions: HealthTransition[] = [];
    const host = createHost({
      name: 'edge-1',
      address: { url },
      timeoutMs: 5000,
      memoryFile: { path: '', read: () => undefined, write: () => Promise.resolve() },
      logger: pino({ level: 'silent' }),
      onCall: () => undefined,
      onSampleFailure: () => undefined,
      onEvent: () => undefined,
      onHealth: (transition) => transitions.push(transition),
    });
    onTestFinished(async () => {
      await host.stop();
      await replay.close();
      await rm(directory, { recursive: true });
    });
    await host.attempted;
    await vi.waitFor(() => expect(host.status().phase).toBe('up'), { timeout: 8000 });
    replay.start();
    await replay.done;
    // Of what was there before nobody knows how it became so.
    const seen = () => transitions.filter(({ previous }) => previous !== undefined);
    await vi.waitFor(() => expect(seen()).toHaveLength(2), { timeout: 8000 });
    expect(seen().map(({ previous, status, check }) => [previous, status, check.exitCode])).toEqual([
      ['healthy', 'unhealthy', 1],
      ['unhealthy', 'healthy', 0],
    ]);
    expect(new Set(transitions.map(({ check }) => check.startNano)).size).toBe(transitions.length);
  },
);
