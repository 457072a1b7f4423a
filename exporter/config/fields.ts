import { z } from 'zod';
import { compilePattern, type LinearPattern } from '../util/linear-pattern.ts';
import { DURATION, parseDuration, parseSize } from './quantities.ts';

/** What the tree needs of the machine it is read on. */
export interface Surroundings {
  readonly hostname: string;
  /** Rejects when the file cannot be read. */
  readonly readText: (path: string) => Promise<string>;
}

/** A file that the configuration names, as it was at load: a reload sees what was renewed. */
export interface FileText {
  readonly path: string;
  readonly text: string;
}

/** In the file `5s`, in the Config milliseconds. */
export function duration(description: string) {
  return z
    .string()
    .regex(DURATION)
    .meta({ title: 'a duration such as 15s, 5m, 500ms or 1h30m', description })
    .transform((text) => parseDuration(text) ?? z.NEVER);
}

/** In the file a path, from the working directory where it is relative. */
export function file({ readText }: Surroundings, description: string) {
  return z
    .string()
    .min(1)
    .meta({ title: 'a readable file', format: 'path', description })
    .transform(async (path, context): Promise<FileText> => {
      try {
        return { path, text: await readText(path) };
      } catch (error) {
        context.addIssue({ code: 'custom', message: `a readable file: ${reasonOf(error)}` });
        return z.NEVER;
      }
    });
}

/** A duration that a timer is set to: none that has passed at once, and beyond 2^31 ms they all have. */
export function timeout(description: string) {
  const title = 'a duration from 100ms to 24d, such as 15s or 1h30m';
  return durationWithin({ leastMs: 100, mostMs: 24 * 86_400_000, title, description });
}

interface DurationRange {
  readonly leastMs: number;
  readonly mostMs: number;
  /** Says both. */
  readonly title: string;
  readonly description: string;
}

/** In the Config milliseconds. */
export function durationWithin({ leastMs, mostMs, ...meta }: DurationRange) {
  const isWithin = (ms: number | undefined) => ms !== undefined && ms >= leastMs && ms <= mostMs;
  return z
    .string()
    .refine((text) => isWithin(parseDuration(text)))
    .meta(meta)
    .transform((text) => parseDuration(text) ?? z.NEVER);
}

interface SizeRange {
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** Says both. */
  readonly title: string;
  readonly description: string;
}

/** In the file `8MiB`, in the Config bytes. */
export function sizeWithin({ leastBytes, mostBytes, ...meta }: SizeRange) {
  const isWithin = (bytes: number | undefined) => bytes !== undefined && bytes >= leastBytes && bytes <= mostBytes;
  return z
    .string()
    .refine((text) => isWithin(parseSize(text)))
    .meta(meta)
    .transform((text) => parseSize(text) ?? z.NEVER);
}

/** In the file a text, in the Config compiled: it takes time in proportion to what it looks at (R1). */
export function linearPattern(description: string) {
  return z
    .string()
    .meta({ title: 'a pattern in the syntax of RE2', format: 'regex', description })
    .transform((source, context): LinearPattern => {
      try {
        return compilePattern(source);
      } catch {
        // Its words say no more than that it is none.
        context.addIssue({ code: 'custom', message: '' });
        return z.NEVER;
      }
    });
}

/** In the file one or a list of them, in the Config always a list. `title` says so. No fault prints what is in a list. */
export function oneOrMore<T extends z.ZodType>(
  item: T,
  title: string,
  description: string,
  meta: { readonly format?: 'uri' } = {},
) {
  return z
    .union([item, z.array(item)])
    .meta({ title, description, ...meta })
    .transform((value): readonly z.output<T>[] => (Array.isArray(value) ? value : [value]));
}

/** A rule between options; runs whatever else is wrong, so that one load tells all faults. `at` is where to look first. */
export function rule<T>(holds: (value: T) => boolean, expected: string, at: readonly string[] = []) {
  // Runs on a value that other rules may have refused in part: `holds` reads it as unknown until it knows better.
  return z.refine<T>(holds, { error: expected, path: [...at], when: () => true });
}

export const MISSING = 'there is no such file';

const REASONS = new Map([
  ['ENOENT', MISSING],
  ['EACCES', 'no right to read it'],
  ['EPERM', 'no right to read it'],
  ['EISDIR', 'it is a directory'],
]);

/** Why a file could not be read. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
  return REASONS.get(code) ?? code;
}
