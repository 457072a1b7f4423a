/** What became of documents until now. */
export interface Traffic {
  readonly stored: number;
  readonly throttled: number;
}

/** A document that was throttled although nothing else was in its request. */
export interface LoneTries {
  readonly tries: number;
  /** How many of them say something against the document itself. */
  readonly count: number;
  /** After the first of them. */
  readonly since: Traffic;
}

/** Where fewer than one document in five is throttled, ten in a row are the same by chance once in ten million. */
const STORED_PER_THROTTLED = 4;

/**
 * One more, after which the traffic is this. It counts only when most others were stored since the first one: a busy store
 * throttles anybody, one document that it never takes (11 MB on Elasticsearch 9) is throttled while others pass.
 */
export function throttledAlone(lone: LoneTries | undefined, traffic: Traffic): LoneTries {
  if (lone === undefined) return { tries: 1, count: 1, since: traffic };
  const { tries, count, since } = lone;
  const throttledOthers = traffic.throttled - since.throttled - tries;
  const isItsOwn = traffic.stored - since.stored > STORED_PER_THROTTLED * throttledOthers;
  return { tries: tries + 1, count: count + (isItsOwn ? 1 : 0), since };
}
