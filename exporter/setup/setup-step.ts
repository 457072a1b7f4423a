export interface SetupOptions {
  /** Looks and tells, but writes nothing. */
  readonly dryRun: boolean;
  /** The role is put, and not only printed. */
  readonly putRole: boolean;
  /** A lifecycle that somebody changed is set back to ours. */
  readonly replaceLifecycle: boolean;
}

/** One line of what was done. */
export interface SetupStep {
  readonly what: string;
  /** In a dry run, what it would come to. */
  readonly outcome: 'found' | 'created' | 'updated' | 'unchanged' | 'left out';
  readonly why?: string;
}
