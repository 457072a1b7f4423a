import { isIP } from 'node:net';
import type { VisibleContainer } from '../../docker/visible.ts';
import type { ContainerIdentity } from '../../model/container.ts';
import { splitAddress } from '../address.ts';
import type { OnContainer } from '../probe-kind.ts';
import type { Surroundings } from './define.ts';
import type { ProbeLabels } from './read-labels.ts';
import type { LabelledOptions } from './read-options.ts';
import { findWayIn, type Place, type WayIn } from './way-in.ts';

/** Whom a labelled probe asks. */
export interface Target {
  /** As the kind takes it. */
  readonly target: string;
  /** What its network ends at; of a kind that asks nobody, nothing. */
  readonly place: Place;
}

/** Nobody has port 0. */
const NOWHERE: Place = { host: '0.0.0.0', port: 0 };

export function findTarget(
  labels: ProbeLabels,
  options: LabelledOptions,
  { identity, container }: VisibleContainer,
  { find, vantage }: Surroundings,
): Exclude<WayIn, { place: Place }> | Target {
  const { onContainer } = labels.kind;
  if (onContainer.value === 'itself') return itself(identity, labels.value);
  const way = findWayIn({ container, find, vantage, port: options.port, defaultPort: onContainer.defaultPort });
  return 'place' in way ? aim(labels, options, onContainer, way.place) : way;
}

function itself({ name, seriesLabels }: ContainerIdentity, value: string): { readonly fault: string } | Target {
  if (value !== 'true') return { fault: 'expected true' };
  return { target: `${seriesLabels['host'] ?? ''}/${name}`, place: NOWHERE };
}

function aim(
  { value }: ProbeLabels,
  { secure, isTarget }: LabelledOptions,
  { targetOf }: OnContainer,
  place: Place,
): { readonly fault: string } | Target {
  const address = isIP(place.host) === 6 ? `[${place.host}]` : place.host;
  const target = targetOf({ address, port: place.port, path: value, secure });
  return isTarget(target) && leadsTo(target, place)
    ? { target, place }
    : { fault: 'what the label says makes no target' };
}

/** Whatever a label says, it is the container that is asked: the network holds to it too. */
export function leadsTo(target: string, { host, port }: Place): boolean {
  if (!target.includes('://')) {
    const address = splitAddress(target);
    return address.host === host && address.port === port;
  }
  const url = new URL(target);
  const expected = new URL(`${url.protocol}//${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
  return url.host === expected.host && url.username === '' && url.password === '';
}
