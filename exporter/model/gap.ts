/** A stretch of which something may be missing. */
export interface Gap {
  /** What it is a stretch of: an engine's events, a container's stream, a sink's documents. */
  readonly source: string;
  /** Why, in a word or two. */
  readonly reason: string;
  /** Nanoseconds since 1970; absent when nobody knows since when. */
  readonly fromNano?: string;
  readonly toNano: string;
  /** Documents or events, where it is known how many. */
  readonly lost?: number;
}
