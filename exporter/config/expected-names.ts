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

/** Of the whole configuration: what is expected of a host that is not watched would never be looked at. */
export function refuseUnwatched(config: unknown, context: z.RefinementCtx): void {
  const hosts = hostNames(config);
  if (hosts === undefined) return;
  for (const [at, text] of expectedNames(config).entries()) {
    if (typeof text !== 'string' || readExpectedName(text, hosts) !== undefined) continue;
    const known = hostOf(text, hosts) === undefined ? nearest(text.replace(/\/.*/, ''), hosts) : undefined;
    context.addIssue({
      code: 'custom',
      message: "a watched host's name, then /NAME or /PROJECT/SERVICE",
      path: ['containers', 'expected', 'names', at],
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

function expectedNames(config: unknown): readonly unknown[] {
  const containers = isMapping(config) ? config['containers'] : undefined;
  const expected = isMapping(containers) ? containers['expected'] : undefined;
  const names: unknown = isMapping(expected) ? expected['names'] : undefined;
  return Array.isArray(names) ? names : [];
}
