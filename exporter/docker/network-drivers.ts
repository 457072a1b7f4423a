import { createLimit } from '../util/limit.ts';

/** What kind each network of an engine is: asked once, kept for the life of the host. */
export interface NetworkDrivers {
  /** By network id; another object once it knows more. Empty text: the engine does not say. */
  readonly known: () => ReadonlyMap<string, string>;
  /** Asks about those that are not known, and again about those that the engine said nothing of a minute ago. */
  readonly ask: (ids: readonly string[]) => void;
}

export interface NetworkDriversOptions {
  /** Rejects when it cannot be known. */
  readonly inspect: (id: string) => Promise<string>;
  readonly nowMs: () => number;
}

/** An engine has some tens of them; ids of those that are gone are never asked for again. */
const MAX_KNOWN = 1000;
const RETRY_MS = 60_000;
const AT_ONCE = 4;

export function createNetworkDrivers({ inspect, nowMs }: NetworkDriversOptions): NetworkDrivers {
  let known: ReadonlyMap<string, string> = new Map();
  const askedAtMs = new Map<string, number>();
  const places = createLimit(AT_ONCE);
  const learn = (id: string, driver: string) => {
    const before = known.get(id);
    // A driver that was known stays, whatever the engine cannot say now.
    if (before === driver || (before !== undefined && driver === '')) return;
    known = new Map([...known, [id, driver] as const].slice(-MAX_KNOWN));
  };
  const askAbout = async (id: string) => {
    try {
      learn(id, await inspect(id));
    } catch {
      // A filter before the engine may refuse it. The call is counted as failed, and asked again later.
      learn(id, '');
    }
  };
  const unsaid = () => [...known].flatMap(([id, driver]) => (driver === '' ? [id] : []));
  return {
    known: () => known,
    ask: (ids) => {
      for (const id of [...ids, ...unsaid()]) {
        if (nowMs() - (askedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < RETRY_MS) continue;
        askedAtMs.set(id, nowMs());
        void places.run(() => askAbout(id));
      }
      for (const id of [...askedAtMs.keys()].slice(0, -MAX_KNOWN)) askedAtMs.delete(id);
    },
  };
}
