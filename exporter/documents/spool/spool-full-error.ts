/** There is no room on the disk, or none of what the spool may take; nothing is wrong but that. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError';

  constructor(directory: string, options?: ErrorOptions) {
    super(`no room in ${directory}`, options);
  }
}

const FULL_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Whether a call failed because there was no room: the file system's, a quota's, or that of a process's files. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && (('code' in error && FULL_CODES.has(error.code)) || isFull(error.cause));
}
