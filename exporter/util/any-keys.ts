import { z } from 'zod';

// Not zod's own record: that leaves out a key `__proto__` without a word, and whoever starts a container names its labels.

/** An object with keys that somebody else chose, as it came. */
export const anyKeys = z.custom<Readonly<Record<string, unknown>>>(isObject);

/** The same with nothing but texts in it. */
export const texts = z.custom<Readonly<Record<string, string>>>(
  (value) => isObject(value) && Object.values(value).every((text) => typeof text === 'string'),
);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
