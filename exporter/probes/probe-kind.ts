import type { z } from 'zod';
import type { Surroundings } from '../config/fields.ts';
import type { Attempt } from './attempt.ts';

/** One kind of probe: what it needs to know, and how it runs. */
export interface ProbeKind<S extends z.ZodRawShape = z.ZodRawShape> {
  /** As in the configuration, and the value of the label `kind`. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** The option that says whom to ask. */
  readonly targetOption: string;
  readonly target: () => z.ZodType<string, string>;
  /** Beside those that every probe has. */
  readonly options: (surroundings: Surroundings) => S;
  /** What this machine lacks for it, in a few words; undefined where nothing is. For a warning: it may come later. */
  readonly missing?: () => string | undefined;
  /** Between options of its own. */
  readonly rules?: readonly (z.core.CheckFn<object> | z.core.$ZodCheck<object>)[];
  /** False where what is asked has no address, so that `/probe?target=` could not be held to one. */
  readonly onDemand?: false;
  /** What labels on a container may say; absent where a container cannot be asked. */
  readonly onContainer?: OnContainer | ItselfOnContainer;
  /** Options in the place of those that say by which name the target is asked; absent where there is no such name. */
  forHostname?(options: z.output<z.ZodObject<S>>, hostname: string): object;
  /**
   * Resolves when the target is as it should be; throws a ProbeFailure, or whatever went wrong, when it is not. A method, so
   * that kinds with options of their own fit into one list: each is given only what its own options made.
   */
  run(attempt: Attempt, target: string, options: z.output<z.ZodObject<S>>): Promise<void>;
}

/** What a container's labels may set: nothing that reads a file, names another host, or sends what only we have (R58). */
export interface OnContainer {
  /** What the label of the probe itself says. */
  readonly value: 'path' | 'port';
  /** Used where neither labels nor the container's declared ports say one. */
  readonly defaultPort?: number;
  /** Paths of options, as the configuration writes them: `expect.status`. */
  readonly options: readonly string[];
  /** What an option may say where it is not all that the configuration allows. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** The target of the probe, from an address (IPv6 in brackets), a port and what the label says. */
  readonly targetOf: (place: PlaceOnContainer) => string;
}

export interface PlaceOnContainer {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  /** Whether the labels say anything about TLS. */
  readonly secure?: boolean;
}

/** For a kind that looks at the container, and asks nobody: what its label says is `true`. */
export interface ItselfOnContainer {
  readonly value: 'itself';
  readonly options: readonly string[];
}

/** Ties the types of a kind's options together. */
export function defineKind<S extends z.ZodRawShape>(kind: ProbeKind<S>): ProbeKind<S> {
  return kind;
}
