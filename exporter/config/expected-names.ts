import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { isMapping } from './tree.ts';

/** What is to run, as `containers.expected.names` says it. */
export interface ExpectedName {
  /** The configured name. */
  readonly host: string;
  /** A container's name, or `project/service`. */
  readonly place: string;
}

/** Names as engines and Compose allow them: no glob, which would be missing for ever. */
const PLACE = /^[\w.-]+(\/[\w.-]+)?$/;

/** Undefined when no host is called like the beginning of it, or no container can be like the rest. */
export function readExpectedName(text: string, hosts: readonly string[]): ExpectedName | undefined {
  const host = hostOf(text, hosts);
  if (host === undefined) return undefined;
  const place = text.slice(host.length + 1);
  return PLACE.test(place) ? { host, place } : undefined;
}

/** Of the whole configuration: what is said of a host that is not watched would never be looked at. */
export function refuseUnwatched(config: unknown, context: z.RefinementCtx): void {
  const hosts = hostNames(config);
  if (hosts === undefined) return;
  for (const { text, path } of [...expectedNames(config), ...probedNames(config)]) {
    if (typeof text !== 'string' || readExpectedName(text, hosts) !== undefined) continue;
    const known = hostOf(text, hosts) === undefined ? nearest(text.replace(/\/.*/, ''), hosts) : undefined;
    context.addIssue({
      code: 'custom',
      message: "a watched host's name, then /NAME or /PROJECT/SERVICE",
      path,
      ...(known !== undefined && { params: { nearest: known } }),
    });
  }
}

/** The longest: a host's name may have slashes in it, and begin like another's. */
function hostOf(text: string, hosts: readonly string[]): string | undefined {
  return hosts.filter((host) => text.startsWith(`${host}/`)).sort((a, b) => b.length - a.length)[0];
}

/** Undefined when one of them is not known because of another fault. */
function hostNames(config: unknown): readonly string[] | undefined {
  const hosts = isMapping(config) ? config['hosts'] : undefined;
  if (!Array.isArray(hosts) || hosts.length === 0) return undefined;
  const names = hosts.map((host: unknown) => (isMapping(host) ? host['name'] : undefined));
  return names.every((name) => typeof name === 'string') ? names : undefined;
}

interface NameAt {
  readonly text: unknown;
  readonly path: (string | number)[];
}

/** Of probes that look at a container. */
function probedNames(config: unknown): readonly NameAt[] {
  const probes = isMapping(config) ? config['probes'] : undefined;
  if (!Array.isArray(probes)) return [];
  return probes.flatMap((probe: unknown, at) =>
    isMapping(probe) && probe['kind'] === 'container'
      ? [{ text: probe['container'], path: ['probes', at, 'container'] }]
      : [],
  );
}

function expectedNames(config: unknown): readonly NameAt[] {
  const containers = isMapping(config) ? config['containers'] : undefined;
  const expected = isMapping(containers) ? containers['expected'] : undefined;
  const names: unknown = isMapping(expected) ? expected['names'] : undefined;
  if (!Array.isArray(names)) return [];
  return names.map((text: unknown, at) => ({ text, path: ['containers', 'expected', 'names', at] }));
}
