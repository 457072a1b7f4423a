import { EXIT_REASONS } from '../../exporter/model/lifecycle.ts';
import type { Reading } from '../integration/scrapes.ts';
import type { Expected, ExpectedContainer, ExpectedExits } from './story.ts';

type Series = Pick<Reading, 'all' | 'value' | 'which'>;

/** What one scrape tells of a story: every series of these names, and the host's counters. */
export interface Told {
  readonly containers: Readonly<Record<string, Partial<ExpectedContainer>>>;
  readonly hostExits: ExpectedExits;
}

export const NO_EXITS: ExpectedExits = Object.fromEntries(EXIT_REASONS.map((reason) => [reason, 0]));

export const addExits = (some: ExpectedExits, others: ExpectedExits): ExpectedExits =>
  Object.fromEntries(EXIT_REASONS.map((reason) => [reason, (some[reason] ?? 0) + (others[reason] ?? 0)]));

/** The same as a story has it, with its zeros. */
export const expectTold = (containers: Expected['before'], hostExits: ExpectedExits = {}): Told => ({
  containers: Object.fromEntries(
    Object.entries(containers).map(([name, { exits = {}, restarts = 0, oomEvents = 0, ...rest }]) => [
      name,
      { ...rest, exits: addExits(NO_EXITS, exits), restarts, oomEvents },
    ]),
  ),
  hostExits: addExits(NO_EXITS, hostExits),
});

export const readTold = (series: Series, host: string, names: readonly string[]): Told => {
  const told = names.map((name) => [name, readContainer(series, { host, name })] as const);
  return {
    containers: Object.fromEntries(told.filter(([, container]) => Object.keys(container).length > 0)),
    hostExits: readExits(series, 'docker_exits_total', { host }) ?? {},
  };
};

/** Without what has no series. */
const readContainer = (series: Series, labels: { readonly host: string; readonly name: string }) => {
  const container = {
    state: series.which('state', 'docker_container_state', labels),
    exits: readExits(series, 'docker_container_exits_total', labels),
    restarts: series.value('docker_container_restarts_total', labels),
    oomEvents: series.value('docker_container_oom_events_total', labels),
    lastExitReason: series.which('reason', 'docker_container_last_exit_reason', labels),
    exitCode: series.value('docker_container_exit_code', labels),
    health: series.which('status', 'docker_container_health', labels),
    missing: series.value('docker_container_missing', labels),
  };
  const present: Partial<ExpectedContainer> = Object.fromEntries(
    Object.entries(container).filter(([, value]) => value !== undefined),
  );
  return present;
};

const readExits = (
  series: Series,
  name: string,
  labels: Readonly<Record<string, string>>,
): ExpectedExits | undefined => {
  const samples = series.all(name, labels);
  if (samples.length === 0) return undefined;
  return Object.fromEntries(samples.map((sample) => [String(sample.labels['reason']), sample.value] as const));
};
