import type { ContainerState } from '../model/container.ts';
import type { ContainerDescription, EngineContainer } from '../model/engine-container.ts';
import type { Expectation } from '../model/lifecycle.ts';
import { projectNames } from '../util/project-names.ts';
import { nameOf } from './lifecycle/tracked.ts';
import type { ContainerView, VisibleContainer } from './visible.ts';

export interface ExpectationOptions {
  readonly view: ContainerView;
  readonly shown: readonly VisibleContainer[];
  /** Every container of the engine: what is configured counts also where it is not shown. */
  readonly all: Iterable<EngineContainer>;
  /** Of containers that are there, but cannot be inspected: what they were before they were not. */
  readonly unread: readonly ContainerDescription[];
  /** Removed by the engine itself after an end that nobody requested. */
  readonly gone: readonly Pick<EngineContainer, 'id' | 'description'>[];
}

const PRESENT: ReadonlySet<ContainerState> = new Set(['running', 'paused']);

/**
 * What is said to run on a host, and whether it is missing: one of each name. What is expected of a container ends with
 * it when somebody removes or renames it or says so no more; what is configured does not (R21).
 */
export function expectationsOf({ view, shown, all, unread, gone }: ExpectationOptions): readonly Expectation[] {
  const expectedShown = shown.filter(({ identity }) => identity.isExpected);
  const expectedGone = gone.flatMap((container) => {
    const identity = view.identify(container);
    return identity?.isExpected === true ? [{ identity, container }] : [];
  });
  // Where nobody expects anything, nobody is to go through all containers at each scrape.
  if (expectedShown.length + expectedGone.length + view.expected.size === 0) return [];
  const living = [...all];
  const names = new Set(living.map(({ description }) => nameOf(description)));
  const present = new Set(
    living.filter(({ facts }) => PRESENT.has(facts.state)).flatMap(({ description }) => placesOf(description)),
  );
  const byPlace = new Map<string, Expectation>();
  for (const { identity, container } of expectedGone) {
    if (names.has(nameOf(container.description))) continue;
    byPlace.set(identity.name, { seriesLabels: identity.seriesLabels, isMissing: true });
  }
  for (const { identity, container } of expectedShown) {
    const isMissing = !present.has(nameOf(container.description));
    byPlace.set(identity.name, { seriesLabels: identity.seriesLabels, isMissing });
  }
  const unclear = new Set(unread.flatMap(placesOf));
  for (const [place, seriesLabels] of view.expected) {
    // It may run, and may not.
    if (unclear.has(place) && !present.has(place)) continue;
    byPlace.set(place, { seriesLabels, isMissing: !present.has(place) });
  }
  return uniqueByLabels([...byPlace.values()]);
}

/**
 * Whether `docker compose run` started it: it has the labels of its service, those of ours too, and does another job
 * than the service, once.
 */
export function isOneOff({ labels }: Pick<ContainerDescription, 'labels'>): boolean {
  return labels['com.docker.compose.oneoff'] === 'True';
}

/** What it makes present: its name and its service. */
export function placesOf(description: ContainerDescription): readonly (string | undefined)[] {
  const name = nameOf(description);
  if (description.name === undefined || isOneOff(description)) return [name];
  const { project, service } = projectNames({ ...description, name: description.name });
  return project === undefined || service === undefined ? [name] : [name, `${project}/${service}`];
}

/** A container may be called like its service; two series of the same labels would cost the whole scrape. */
function uniqueByLabels(expectations: readonly Expectation[]): readonly Expectation[] {
  return [...new Map(expectations.map((one) => [JSON.stringify(one.seriesLabels), one])).values()];
}
