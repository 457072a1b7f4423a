import { ProbeFailure } from '../failure.ts';

/** An error that a server answered: its code and what that means, never its text, which may hold anything. */
export function serverError(code: string | number, meaning: string | undefined): ProbeFailure {
  return new ProbeFailure(meaning === undefined ? `it answers error ${code}` : `it answers error ${code}: ${meaning}`);
}
