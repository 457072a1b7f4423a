import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createRecent } from './recent.ts';

/** What of the doubts outlives the process. */
export type SavedDoubts = z.output<typeof savedDoubts>;
export const savedDoubts = z.object({
  /** Something was in doubt, or a replay was going on. */
  isUnjudged: z.boolean().exactOptional(),
  /** Digests of the last lines that were no event that could be understood, oldest first. */
  unreadable: z.array(z.string()).exactOptional(),
});

/** Whether events of one engine may be lost, which the next replay that is judged has to count. */
export interface EventDoubts {
  /**
   * A new connection replays what was missed. What it brings is known to the next one, and would make that look
   * complete: if this one is not judged, the next is in doubt, in the next process too.
   */
  readonly beginReplay: () => void;
  /** It is judged, and with it whatever was in doubt. */
  readonly endReplay: () => void;
  /** Something may be lost, whatever the next replay brings. */
  readonly doubt: () => void;
  readonly isInDoubt: () => boolean;
  /**
   * Whether a line that is no event that can be understood came for the first time: an engine replays it like any
   * other. It may hold anything, and its digest alone is kept.
   */
  readonly addUnreadable: (line: string) => boolean;
  /** A new event came. */
  readonly bringNews: () => void;
  readonly forgetEngine: () => void;
  readonly save: () => SavedDoubts;
}

export interface EventDoubtsOptions {
  /** Of an earlier process. */
  readonly saved?: SavedDoubts;
  readonly onChange: () => void;
}

/** As many as an engine keeps. */
const REMEMBERED = 256;
const DIGEST_CHARACTERS = 16;

export function createEventDoubts({ saved, onChange }: EventDoubtsOptions): EventDoubts {
  let isInDoubt = saved?.isUnjudged ?? false;
  let replay: 'none' | 'begun' | 'with news' = 'none';
  const unreadable = createRecent(REMEMBERED, saved?.unreadable);
  const endReplay = () => {
    isInDoubt = false;
    replay = 'none';
    onChange();
  };
  return {
    beginReplay: () => {
      if (replay === 'with news') isInDoubt = true;
      replay = 'begun';
    },
    bringNews: () => {
      if (replay === 'begun') replay = 'with news';
    },
    endReplay,
    doubt: () => {
      isInDoubt = true;
      onChange();
    },
    isInDoubt: () => isInDoubt,
    addUnreadable: (line) => {
      const isNew = unreadable.add(digestOf(line));
      if (isNew) onChange();
      return isNew;
    },
    forgetEngine: () => {
      endReplay();
      unreadable.clear();
    },
    save: () => ({
      ...((isInDoubt || replay === 'with news') && { isUnjudged: true }),
      ...(unreadable.size() > 0 && { unreadable: [...unreadable.list()] }),
    }),
  };
}

function digestOf(line: string): string {
  return createHash('sha256').update(line).digest('base64url').slice(0, DIGEST_CHARACTERS);
}
