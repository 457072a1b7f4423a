import type { Labels, Reading } from './scrapes.ts';

/** By how much the counters of that name have grown between two scrapes, by their labels but the host. */
export const grown = (before: Reading, after: Reading, name: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    after
      .all(name)
      .map(({ labels, value }) => [keyOf(labels), value - (before.value(name, labels) ?? 0)] as const)
      .filter(([, growth]) => growth !== 0),
  );

/** The same of all counters of the host. */
export const allGrown = (before: Reading, after: Reading): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set(after.samples.map(({ name }) => name).filter((name) => OF_HOST.test(name)))].flatMap((name) =>
      Object.entries(grown(before, after, name)).map(([key, growth]) => [`${name} ${key}`, growth]),
    ),
  );

const OF_HOST = /^docker_(?!container_)\w+_total$/;

const keyOf = ({ host: _host, ...labels }: Labels) => Object.values(labels).join(' ');

/** The state of each container, by its name. */
export const statesOf = (reading: Reading): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    reading
      .all('docker_container_state')
      .filter(({ value }) => value === 1)
      .map(({ labels: { name = '', state } }) => [name, state]),
  );
