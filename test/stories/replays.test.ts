import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, type TestContext, test } from 'vitest';
import { collectors } from '../../exporter/collectors/index.ts';
import { createConfigSchema } from '../../exporter/config/schema.ts';
import { createContainerView } from '../../exporter/container-view.ts';
import { createHost } from '../../exporter/docker/host.ts';
import { renderExposition } from '../../exporter/metrics/exposition.ts';
import { waitFor } from '../bed/wait-for.ts';
import { createReading } from '../integration/scrapes.ts';
import { stories } from './index.ts';
import { loadRecording, type Recording } from './recording.ts';
import { createStoryReplay } from './replay.ts';
import { expectedOn, type StageKind, type Story } from './story.ts';
import { expectTold, readTold, type Told } from './told.ts';

const HOST = 'edge-1';
const DEFAULTS = createConfigSchema({ hostname: HOST, readText: () => Promise.reject(new Error('no file is named')) });
/** What comes late would change what was right before. */
const SETTLED_MS = 1000;

/** A host that watches the replay of a story, and what it tells of these containers. */
async function watchReplay(recording: Recording, names: readonly string[], { onTestFinished }: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-story-'));
  const replay = createStoryReplay(recording);
  const url = await replay.listen(join(directory, 'docker.sock'));
  const host = createHost({
    name: HOST,
    address: { url },
    timeoutMs: 5000,
    memoryFile: { path: '', read: () => undefined, write: () => Promise.resolve() },
    logger: pino({ level: 'silent' }),
    onCall: () => undefined,
    onSampleFailure: () => undefined,
    onEvent: () => undefined,
  });
  onTestFinished(async () => {
    await host.stop();
    await replay.close();
    await rm(directory, { recursive: true });
  });
  const view = createContainerView(HOST, await DEFAULTS.parseAsync({}));
  return {
    replay,
    tell: async () => {
      const world = { hosts: [await host.observe(view, 5000)] };
      const text = [...renderExposition({ world, collectors, format: 'text', nowMs: () => 0 })].join('');
      return readTold(createReading(text, 'text'), HOST, names);
    },
  };
}

async function tellStory(stage: StageKind, story: Story, context: TestContext): Promise<void> {
  const { before, after, hostExits } = expectedOn(story, stage);
  const names = Object.keys({ ...before, ...after });
  const { replay, tell } = await watchReplay(loadRecording(stage, story), names, context);
  const expectTo = async (told: Told) => {
    context.expect(await tell()).toEqual(told);
    return true;
  };
  await waitFor('the beginning', () => expectTo(expectTold(before)));
  replay.start();
  await replay.done;
  const end = expectTold(after, hostExits);
  await waitFor('the end', () => expectTo(end), { timeoutMs: 20_000 });
  await sleep(SETTLED_MS);
  await expectTo(end);
}

const STAGES = ['docker-28', 'docker-20', 'podman'] as const satisfies readonly StageKind[];

describe.each(STAGES)('recorded on %s', (stage) => {
  test.concurrent.for(stories.filter(({ stages }) => stages.includes(stage)))(
    '$name: $tells',
    { timeout: 60_000 },
    (story, context) => tellStory(stage, story, context),
  );
});
