/** What `ping` told of a reply. */
export interface Reply {
  readonly seconds: number;
  readonly hopLimit?: number;
}

/**
 * The first reply in what ping printed, of iputils (`icmp_seq=1 ttl=64 time=0.042 ms`) or busybox (`seq=0 ttl=64 time=0.042 ms`).
 * Undefined when there is none.
 */
export function parseReply(output: string): Reply | undefined {
  const [, hopLimit, milliseconds = ''] =
    /seq=\d+ (?:(?:ttl|hlim)=(\d{1,3}) )?time[=<](\d+(?:[.,]\d+)?) ?ms\b/.exec(output) ?? [];
  // A language that LC_ALL did not reach has a comma.
  const seconds = Number(milliseconds.replace(',', '.')) / 1000;
  if (milliseconds === '' || !Number.isFinite(seconds)) return undefined;
  return hopLimit === undefined ? { seconds } : { seconds, hopLimit: Number(hopLimit) };
}

/** Why there was no reply, in our words: ping's own hold addresses, and differ. */
export function describeSilence(output: string): string {
  if (/unreachable/i.test(output)) return 'no route to the host';
  if (/not permitted|permission denied|are you root/i.test(output)) return 'no right to send ICMP';
  return 'no reply';
}
