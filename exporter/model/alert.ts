/** One alert of an Alertmanager's notification. */
export interface Alert {
  readonly status: 'firing' | 'resolved';
  /** Of its labels: the same as long as they are the same. */
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startsAt: string;
  /** RFC 3339; the zero time, or one to come, while it is firing. */
  readonly endsAt: string;
}
