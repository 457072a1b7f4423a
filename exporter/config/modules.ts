import { z } from 'zod';
import { isHostGlob } from '../probes/host-glob.ts';
import { probeKinds } from '../probes/index.ts';
import { readBlock } from '../probes/net/address-block.ts';
import { type Surroundings, timeout } from './fields.ts';
import { oneOfKinds, PROBE_NAME, PROBE_NAME_EXPECTED } from './probes.ts';

/** How `/probe?module=` asks, and whom it may ask: what all kinds have, and beside it the options of its own kind. */
export interface ModuleConfig {
  readonly kind: string;
  readonly timeout?: number;
  /** Globs on names in lower case, and on addresses. */
  readonly targets: readonly string[];
  readonly allow_addresses: readonly string[];
  readonly [option: string]: unknown;
}

export function modules(surroundings: Surroundings) {
  const variants = probeKinds
    .filter(({ onDemand }) => onDemand !== false)
    .map((kind) =>
      z
        .strictObject({
          kind: z.literal(kind.name).describe(kind.summary),
          timeout: timeout(
            'Of one run, where the scrape leaves that much. Default: `probe_defaults.timeout`.',
          ).exactOptional(),
          targets: z
            .array(targetGlob())
            .min(1, { error: 'at least one glob: `*` for every host' })
            .describe('Globs on the hosts that may be asked, by redirects too.'),
          allow_addresses: z
            .array(
              z.string().refine((text) => readBlock(text) !== undefined, {
                error: 'an IP address, or a block such as 10.0.0.0/8',
              }),
            )
            .default([])
            .describe(
              'What may be connected to of loopback, link-local, multicast and metadata addresses, and of IPv4 written as IPv6.',
            ),
          ...kind.options(surroundings),
        })
        .check(...(kind.rules ?? [])),
    );
  return z
    .record(z.string().regex(PROBE_NAME, { error: PROBE_NAME_EXPECTED }), oneOfKinds<ModuleConfig>(variants))
    .default({})
    .meta({
      title: 'a mapping of names to modules',
      description:
        'How `/probe?target=&module=` asks; without one it is off. A module has `kind` and the options of that kind as under `probes`, `timeout`, `targets` (at least one glob on the hosts that may be asked, by redirects too: `*.example.org`), and `allow_addresses` (addresses and blocks that may be connected to although they are loopback, link-local, multicast or metadata addresses, or IPv4 written as IPv6).',
    });
}

/** Compared with names in lower case, and with addresses without brackets. */
function targetGlob() {
  return z
    .string()
    .refine(isHostGlob, { error: 'a glob on a host: no scheme, brackets, port or path' })
    .meta({ title: 'a glob on hosts' })
    .transform((glob) => glob.toLowerCase());
}
