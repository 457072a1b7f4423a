import { z } from 'zod';
import { startChild } from '../bed/child.ts';
import { plainEnvironment } from '../bed/command.ts';
import { program } from '../bed/paths.ts';

/** The Docker client's own stream of an engine's events, beside the exporter's. */
export interface EventObserver {
  /** So far, oldest first; "type action" and the container's name. */
  readonly events: () => readonly ObservedEvent[];
  readonly stop: () => Promise<void>;
}

export interface ObservedEvent {
  readonly kind: string;
  readonly name: string | undefined;
}

const line = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()) }),
});

export const startEventObserver = (socketPath: string): EventObserver => {
  const env = { ...plainEnvironment(), DOCKER_HOST: `unix://${socketPath}` };
  const client = startChild(program('docker'), ['events', '--format', '{{json .}}'], { cwd: '/', env });
  return {
    events: () =>
      client
        .log()
        .split('\n')
        .slice(0, -1)
        .map((text) => {
          const { Type, Action, Actor } = line.parse(JSON.parse(text));
          return { kind: `${Type} ${Action.replace(/:.*/s, '')}`, name: Actor.Attributes['name'] };
        }),
    stop: client.stop,
  };
};

/** How many there are of each. */
export const countEach = (words: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};
