/** Whether a call failed because there is no such file: another process may have deleted it. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
