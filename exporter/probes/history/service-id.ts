import type { Labels } from '../../model/labels.ts';

/** What tells a probe from all others: its name; of one on a container host/container/name. */
export function serviceId({ probe = '', host, name }: Labels): string {
  // Neither a probe's nor a container's name has a slash in it, so a host's may.
  return host === undefined || name === undefined ? probe : `${host}/${name}/${probe}`;
}
