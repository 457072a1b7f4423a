import { ProbeFailure } from '../failure.ts';

/** An error that a server answered: its code and what that means, never its text, which may hold anything. */
export function serverError(code: string | number | undefined, meaning?: string): ProbeFailure {
  if (code === undefined) return new ProbeFailure('it answers an error without a code');
  return new ProbeFailure(meaning === undefined ? `it answers error ${code}` : `it answers error ${code}: ${meaning}`);
}
