import { createMailbox } from '../../exporter/demo/http/mailbox.ts';
import type { Inspected, Moment, Recording } from './recording.ts';

/** A container as inspect tells of it from some moment on; undefined where there is none of that id any more. */
interface Seen {
  readonly inspected: Inspected | undefined;
  readonly answeredAtMs: number;
}

/** What a recorded engine knows at the present moment. */
export interface ReplayState {
  readonly apply: (moment: Moment) => void;
  /** By id or name. */
  readonly find: (reference: string) => Seen | undefined;
  /** The newest first. */
  readonly containers: () => readonly Inspected[];
  /** Of the engine's present life; all of Podman's. */
  readonly events: () => readonly string[];
  /** Event lines from now on, until the signal aborts. */
  readonly follow: (backlog: readonly string[], signal: AbortSignal) => AsyncIterable<string>;
}

export function createReplayState({ product }: Pick<Recording, 'product'>): ReplayState {
  const containers = new Map<string, Seen>();
  const followers = new Set<ReturnType<typeof createMailbox<string>>>();
  const events: string[] = [];
  const present = () => [...containers.values()].flatMap(({ inspected }) => inspected ?? []);
  return {
    apply: (moment) => {
      if ('inspect' in moment) containers.set(moment.inspect.Id, seen(moment, moment.inspect));
      else if ('gone' in moment) containers.set(moment.gone, seen(moment, undefined));
      else if ('event' in moment) {
        events.push(moment.event);
        for (const follower of followers) follower.push(`${moment.event}\n`);
      }
      // Docker's are in memory.
      else if (moment.engine === 'ends' && product === 'docker') events.splice(0);
    },
    find: (reference) => {
      const named = present().find(({ Name }) => Name === `/${reference}`);
      return containers.get(named?.Id ?? reference);
    },
    containers: () => present().sort((a, b) => (a.Created < b.Created ? 1 : -1)),
    events: () => events,
    follow: (backlog, signal) => {
      const lines = createMailbox(backlog);
      followers.add(lines);
      signal.addEventListener('abort', () => {
        followers.delete(lines);
        lines.end();
      });
      return lines;
    },
  };
}

function seen(
  { atMs, answeredAtMs = atMs }: Moment & { readonly answeredAtMs?: number },
  inspected: Inspected | undefined,
): Seen {
  return { inspected, answeredAtMs };
}
