import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageKind, Story } from './story.ts';

/** What a client of a real engine saw of a story, from the moment that it was prepared. README.md beside the files says more. */
export interface Recording {
  readonly story: string;
  readonly product: 'docker' | 'podman';
  /** The engine's clock at the beginning, Unix milliseconds. */
  readonly beganAtMs: number;
  /** Of its answers: its versions. */
  readonly headers: Readonly<Record<string, string>>;
  readonly version: object;
  readonly info: object;
  /** In the order of their time. */
  readonly moments: readonly Moment[];
  readonly durationMs: number;
}

/** One change of what a client sees. */
export type Moment = { readonly atMs: number } & (
  | { /** A line of the event stream, as it came. */ readonly event: string }
  | {
      /** A container's inspect answer for whoever asks from now on; not before `answeredAtMs`. */
      readonly inspect: Inspected;
      readonly answeredAtMs?: number;
    }
  | { /** From now on there is no container of this id. */ readonly gone: string; readonly answeredAtMs?: number }
  | { readonly engine: EngineTurn }
);

/** It answers nobody any more, but its streams go on · they end, too · it answers again. */
export type EngineTurn = 'refuses' | 'ends' | 'answers';

/** What is kept of an inspect answer. */
export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Image: string;
  readonly State: { readonly Status: string; readonly Running: boolean; readonly Paused: boolean };
  readonly Config: {
    readonly Cmd: readonly string[] | null;
    readonly Image: string;
    readonly Labels: Readonly<Record<string, string>> | null;
  };
}

const folder = join(import.meta.dirname, 'recordings');
const FOLDERS: Readonly<Record<StageKind, string>> = {
  'docker-28': 'docker-28.5',
  'docker-20': 'docker-20.10',
  podman: 'podman-4.3',
};

export const recordingPath = (stage: StageKind, { name }: Pick<Story, 'name'>): string =>
  join(folder, FOLDERS[stage], `${name}.json`);

/** The recording of a story on one of its stages. */
export const loadRecording = (stage: StageKind, story: Pick<Story, 'name'>): Recording =>
  // Our own file, of this shape.
  JSON.parse(readFileSync(recordingPath(stage, story), 'utf8')) as Recording;

/** One moment a line, so that a new recording can be compared with the old one. */
export const encodeRecording = ({ moments, ...head }: Recording): string => {
  const lines = moments.map((moment) => `    ${JSON.stringify(moment)}`);
  return `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "moments": [\n${lines.join(',\n')}\n  ]\n}\n`;
};
