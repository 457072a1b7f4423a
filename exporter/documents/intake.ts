import type { NewDocument } from '../model/document.ts';
import { pause } from '../util/pause.ts';
import type { Spool } from './spool/spool.ts';

/** Takes documents of sources that cannot wait, and appends them to the spool. */
export interface Intake {
  /**
   * Returns at once. What makes the document must be pure: it is called with the others that wait for the spool, which
   * costs less than calling each by itself, between other work.
   */
  readonly add: (encode: () => NewDocument) => void;
  /** Resolves when everything added before is in the spool, or could not be put there: then it is lost. */
  readonly close: () => Promise<void>;
}

export interface IntakeOptions {
  readonly append: Spool['append'];
  /** The disk is full or broken: said once, until documents are stored again. */
  readonly onFailing: (error: Error) => void;
  /** A document that can never be stored, and is left out. */
  readonly onUnstorable: (error: Error) => void;
  /** So many will never be stored, whatever the reason. */
  readonly onDropped: (documents: number) => void;
  /** Documents are stored again; so many were lost, because too many waited. */
  readonly onWorking: (lost: number) => void;
}

/** A disk that hangs must not take the memory too. */
const MAX_WAITING = 10_000;
const MAX_WAITING_CHARACTERS = 16 * 2 ** 20;
/** What a document is made of is larger than the document: no more of it waits than this. */
const MAX_UNMADE = 100;
/**
 * A commit costs as much as some hundred documents: what comes in this time is one. No longer, for after a kill an engine
 * tells only its last 256 events again: 10,000 a minute are 83 in this time, and 333 in two seconds, of which 60 were lost.
 */
const GATHER_MS = 500;
/** Between tries. */
const RETRY_MS = 1000;

export function createIntake({ append, onFailing, onDropped, onWorking, ...options }: IntakeOptions): Intake {
  const onUnstorable = (error: Error) => {
    options.onUnstorable(error);
    onDropped(1);
  };
  const waiting = createWaiting({ onUnstorable, onDropped });
  const closing = new AbortController();
  let isClosed = false;
  let isFailing = false;
  const storeWaiting = async (): Promise<void> => {
    const documents = waiting.all();
    if (documents.length === 0) return;
    try {
      await append(documents).catch((error: unknown) => {
        if (!(error instanceof RangeError)) throw error;
        return appendEach(documents, append, onUnstorable);
      });
    } catch (error) {
      if (!isFailing) onFailing(asError(error));
      isFailing = true;
      return;
    }
    waiting.drop(documents.length);
    if (isFailing) onWorking(waiting.takeLost());
    isFailing = false;
  };
  let stored = Promise.resolve();
  const store = (): Promise<void> => (stored = stored.then(storeWaiting));
  let isGathering = false;
  const storeAll = async (): Promise<void> => {
    isGathering = true;
    while (waiting.count() > 0 && !closing.signal.aborted) {
      await pause(isFailing ? RETRY_MS : GATHER_MS, closing.signal);
      await store();
    }
    isGathering = false;
  };
  return {
    add: (encode) => {
      if (isClosed) {
        onDropped(1);
        return;
      }
      waiting.add(encode);
      if (!isGathering) void storeAll();
    },
    close: async () => {
      closing.abort();
      // Takes what comes while a commit is under way, too.
      await store();
      isClosed = true;
      onDropped(waiting.count());
      const lost = waiting.count() + waiting.takeLost();
      if (lost > 0) onFailing(new Error(`documents are lost: ${lost}`));
    },
  };
}

/** One that cannot be stored at all must not hold up the others. */
async function appendEach(
  documents: readonly NewDocument[],
  append: IntakeOptions['append'],
  onUnstorable: IntakeOptions['onUnstorable'],
): Promise<void> {
  for (const document of documents)
    await append([document]).catch((reason: unknown) => {
      if (!(reason instanceof RangeError)) throw reason;
      onUnstorable(reason);
    });
}

function createWaiting({ onUnstorable, onDropped }: Pick<IntakeOptions, 'onUnstorable' | 'onDropped'>) {
  let documents: NewDocument[] = [];
  let unmade: (() => NewDocument)[] = [];
  let characters = 0;
  let lost = 0;
  const lose = () => {
    lost++;
    onDropped(1);
  };
  const keep = (document: NewDocument) => {
    if (characters + document.json.length > MAX_WAITING_CHARACTERS) {
      lose();
      return;
    }
    documents.push(document);
    characters += document.json.length;
  };
  const makeAll = () => {
    const making = unmade;
    unmade = [];
    for (const encode of making) {
      try {
        keep(encode());
      } catch (error) {
        onUnstorable(asError(error));
      }
    }
  };
  const count = () => documents.length + unmade.length;
  return {
    add: (encode: () => NewDocument) => {
      if (count() >= MAX_WAITING) {
        lose();
        return;
      }
      unmade.push(encode);
      if (unmade.length >= MAX_UNMADE) makeAll();
    },
    all: (): readonly NewDocument[] => {
      makeAll();
      return documents.slice();
    },
    count,
    drop: (dropped: number) => {
      for (const { json } of documents.slice(0, dropped)) characters -= json.length;
      documents = documents.slice(dropped);
    },
    takeLost: () => {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('append to the spool', { cause: error });
}
