import { readExpectedName } from './config/expected-names.ts';
import { placesOf } from './docker/expectations.ts';
import type { ContainerView } from './docker/visible.ts';
import type { FindContainers } from './probes/attempt.ts';
import type { WatchedHost } from './watched-hosts.ts';

export interface FindContainersOptions {
  readonly hosts: () => readonly WatchedHost[];
  readonly viewOf: (host: string) => ContainerView;
}

/** Finds containers by `HOST/NAME` or `HOST/PROJECT/SERVICE` among all that their engine has, also those that are not shown. */
export function createFindContainers({ hosts, viewOf }: FindContainersOptions): FindContainers {
  return (target) => {
    const watched = hosts();
    const name = readExpectedName(
      target,
      watched.map(({ host }) => host.name),
    );
    const known = watched.find(({ host }) => host.name === name?.host)?.host.known(viewOf(name?.host ?? ''));
    if (name === undefined || known === undefined) return undefined;
    const found = [...known.all()].filter(({ description }) => placesOf(description).includes(name.place));
    // One that could not be inspected may be the one that is asked for.
    return found.length > 0 || known.areAllKnown ? found : undefined;
  };
}
