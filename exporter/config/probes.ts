import { z } from 'zod';
import { probeKinds } from '../probes/index.ts';
import type { ProbeKind } from '../probes/probe-kind.ts';
import { type Surroundings, timeout } from './fields.ts';

/** A probe as it was configured: what all kinds have, and beside it the options of its own kind. */
export interface ProbeConfig {
  readonly name: string;
  readonly kind: string;
  readonly interval?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly [option: string]: unknown;
}

/** As the label `probe` and in paths: nothing that needs quoting anywhere. */
export const PROBE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const PROBE_NAME_EXPECTED = 'a name of up to 63 letters, digits, dots, dashes and underscores';

export function probeName() {
  return z
    .string()
    .regex(PROBE_NAME, { error: PROBE_NAME_EXPECTED })
    .meta({ title: 'a name', description: 'Value of the label `probe`; no other probe or heartbeat has it.' });
}

export function probes(surroundings: Surroundings) {
  const variants = probeKinds.map((kind) =>
    z
      .strictObject({
        name: probeName(),
        kind: z.literal(kind.name).describe(kind.summary),
        [kind.targetOption]: kind.target(),
        ...probePace(),
        ...kind.options(surroundings),
      })
      .check(...(kind.rules ?? [])),
  );
  return z
    .array(oneOfKinds<ProbeConfig>(variants))
    .prefault([])
    .describe('What is asked again and again whether it is really up.');
}

/** When a probe runs, and how often it is tried. */
export function probePace() {
  return {
    interval: timeout('From one run to the next. Default: `probe_defaults.interval`.').exactOptional(),
    timeout: timeout('Of one try. Default: `probe_defaults.timeout`.').exactOptional(),
    retries: retries().exactOptional(),
  };
}

export function probeDefaults() {
  return z
    .strictObject({
      interval: timeout('From one run of a probe to the next.').prefault('30s'),
      timeout: timeout('Of one try.').prefault('5s'),
      retries: retries().default(0),
      concurrency: z
        .int()
        .min(1)
        .max(10_000)
        .default(50)
        .describe(
          'Runs at once; at most half of them of probes that labels start, and with those that failed last three quarters; as many again for `/probe`.',
        ),
      per_container: z.int().min(0).max(100).default(5).describe('Probes that the labels of one container can start.'),
      resolvers: z
        .array(z.string().refine(isResolver, { error: 'an IP address, with or without a port' }))
        .default([])
        .describe("Name servers, after the system's hosts file. Default: the system's."),
    })
    .prefault({});
}

function retries() {
  return z.int().min(0).max(10).describe('Tries after a failed one, a second apart, before a run counts as failed.');
}

/** The kind decides which options there are. */
export function oneOfKinds<T>(variants: readonly z.ZodObject[]) {
  // A list that is built is no tuple; zod wants to see that there is a first.
  const [first, ...others] = variants as [z.ZodObject, ...z.ZodObject[]];
  // Every variant has what T says of all kinds.
  return z.discriminatedUnion('kind', [first, ...others]) as unknown as z.ZodType<T>;
}

function isResolver(text: string): boolean {
  return /^(\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|[0-9a-fA-F:.]+|\[[0-9a-fA-F:.]+\](:\d{1,5})?)$/.test(text);
}

/** Of a probe that was configured. */
export function kindOf({ kind }: Pick<ProbeConfig, 'kind'>): ProbeKind {
  const found = probeKinds.find(({ name }) => name === kind);
  if (found === undefined) throw new Error(`there is no kind of probe ${kind}`);
  return found;
}
