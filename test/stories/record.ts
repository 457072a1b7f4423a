/**
 * Records stories anew, all or those that are named, on one stage or all three:
 *
 *     /opt/testbed/node-24/bin/node test/stories/record.ts [docker-28|docker-20|podman] [STORY...]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { startEngine } from '../bed/engine.ts';
import { installedPath, runPath } from '../bed/paths.ts';
import { startPodman } from '../bed/podman.ts';
import { clear } from './actions.ts';
import { stories } from './index.ts';
import { recordStory } from './recorder.ts';
import { encodeRecording, recordingPath } from './recording.ts';
import { EVERYWHERE, type StageKind, type Story } from './story.ts';

const open = {
  'docker-28': (dockerdArgs: readonly string[]) => startEngine({ version: '28', dockerdArgs }),
  'docker-20': (dockerdArgs: readonly string[]) => startEngine({ version: '20', dockerdArgs }),
  podman: () => startPodman(),
} as const;

const argumentsOf = ({ dockerdArgs = [] }: Story): string => dockerdArgs.join(' ');

const recordAll = async (kind: StageKind, dockerdArgs: string, told: readonly Story[]): Promise<void> => {
  const stage = await open[kind](dockerdArgs === '' ? [] : dockerdArgs.split(' '));
  try {
    for (const story of told) {
      await story.prepare(stage);
      const text = encodeRecording(await recordStory(stage, stage.socketPath, story));
      await clear(stage, story);
      const ours = [installedPath, runPath, '/var/lib/testbed', `"${hostname()}"`].find((own) => text.includes(own));
      if (ours !== undefined) throw new Error(`${story.name}: the recording tells of this machine: ${ours}`);
      const path = recordingPath(kind, story);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      console.log(`${kind} ${story.name}: ${Math.ceil(text.length / 1024)} KiB`);
    }
  } finally {
    await stage.stop();
  }
};

const [first, ...others] = process.argv.slice(2);
const kind = EVERYWHERE.find((known) => known === first);
const wanted = kind === undefined ? process.argv.slice(2) : others;
for (const stage of kind === undefined ? EVERYWHERE : [kind]) {
  const told = stories.filter(
    ({ name, stages }) => stages.includes(stage) && (wanted.length === 0 || wanted.includes(name)),
  );
  for (const dockerdArgs of new Set(told.map(argumentsOf))) {
    await recordAll(
      stage,
      dockerdArgs,
      told.filter((story) => argumentsOf(story) === dockerdArgs),
    );
  }
}
