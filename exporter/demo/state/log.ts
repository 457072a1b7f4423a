/** A line that a container wrote. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly timeNano: bigint;
  /** With its line feed, if it has one. */
  readonly text: string | Buffer;
}
