/** One engine event. */
export interface DockerEvent {
  /** container, image, volume, network, daemon … */
  readonly type: string;
  /** The word before ": " of the engine's action; what follows it may be a command line and is kept nowhere (R42). */
  readonly action: string;
  /** For health_status only: healthy, unhealthy, running … (the closed part after ": "). */
  readonly status?: string;
  /** Container, image, network … id, or a volume's name. */
  readonly actorId: string;
  /** The command that runs inside, of exec events: two may begin in the same nanosecond. */
  readonly execId?: string;
  /** The actor's labels merged with what the engine says of it: a label can spoof any of them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Nanoseconds since 1970 as the engine wrote them: a double cannot hold them (R48). */
  readonly timeNano: string;
}
