import { z } from 'zod';
import { infoLabelName } from '../util/label-name.ts';
import { duration } from './fields.ts';
import { isPattern } from './patterns.ts';

export function containers() {
  return z
    .strictObject({
      include: z.array(pattern()).default(['*']).describe('Patterns of the containers to watch.'),
      exclude: z.array(pattern()).default([]).describe('Patterns of the containers to leave out of those.'),
      labels: z
        .array(z.string().min(1))
        .superRefine(refuseCollisions)
        .default([])
        .describe('Keys of container labels to show on `docker_container_info`, as `label_*`.'),
      min_age: duration('Younger containers have no series yet: against the churn of short jobs.').prefault('0s'),
      series_limit: z
        .int()
        .min(1)
        .max(10_000_000)
        .default(200_000)
        .describe('Series of one host in one scrape. Beyond it whole containers are left out, and counted.'),
      trust_labels: z.boolean().default(true).describe('Believes `harborlight.*` labels; off, overrides alone count.'),
      expected: z
        .strictObject({
          by: z
            .enum(['label', 'restart_policy', 'none'])
            .default('label')
            .describe(
              'What makes a container an expected one: the label `harborlight.expected`, a restart policy of always or unless-stopped, or nothing but an override.',
            ),
          names: z
            .array(z.string().meta({ title: 'HOST/NAME or HOST/PROJECT/SERVICE' }))
            .default([])
            .describe(
              'What is to run on one of `hosts`, whatever labels say and also where it is excluded: a container, or at least one of a service.',
            ),
        })
        .prefault({}),
    })
    .prefault({});
}

export function overrides() {
  return z
    .array(
      z.strictObject({
        match: pattern().describe('Pattern of the containers meant.'),
        expected: z.boolean().exactOptional().describe('As the label `harborlight.expected`.'),
        tags: z
          .array(z.string().regex(/^[^,]+$/, { error: 'a tag without a comma' }))
          .exactOptional()
          .describe('As the label `harborlight.tags`.'),
      }),
    )
    .default([])
    .describe(
      'For containers whose labels cannot be changed; wins over labels. Of several that match, the last that says something.',
    );
}

function pattern() {
  return z
    .string()
    .refine(isPattern, { error: 'a glob, `image=` and a glob, or `label=key=` and a glob' })
    .meta({ title: 'a pattern' });
}

/** Two keys under one name would be two values of one label; which of them wins must not be chance (trap 15). */
function refuseCollisions(keys: readonly string[], context: z.RefinementCtx): void {
  const names = keys.map(infoLabelName);
  for (const [at, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === at) continue;
    const message = `a key that is not shown as ${name}, as ${JSON.stringify(keys[first])} is`;
    context.addIssue({ code: 'custom', message, path: [at] });
  }
}
