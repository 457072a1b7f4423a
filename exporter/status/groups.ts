import type { Labels } from '../model/labels.ts';
import type { ServiceStatus, StatusGroup } from '../model/status.ts';

/** A service that has no name for people yet. */
export interface NamedService {
  readonly labels: Labels;
  readonly status: Omit<ServiceStatus, 'name'>;
}

/** What is configured, in that order; the jobs; and what is on containers by project. */
export function groupServices(services: readonly NamedService[]): readonly StatusGroup[] {
  const groups = new Map<string, NamedService[]>();
  for (const service of services) {
    const key = groupKey(service.labels);
    groups.set(key, [...(groups.get(key) ?? []), service]);
  }
  return [...groups]
    .sort(([one], [other]) => compare(one, other))
    .map(([key, members]) => {
      const isByContainer = key >= CONTAINERS;
      return { name: groupName(key), services: isByContainer ? nameByContainer(members) : members.map(nameByProbe) };
    });
}

// Keys that sort as the groups are shown; a project's name follows its key.
const PROBES = '0';
const HEARTBEATS = '1';
const CONTAINERS = '2';
const PROJECT = '3';

function groupKey({ kind, name, compose_project: project }: Labels): string {
  if (name !== undefined) return project === undefined ? CONTAINERS : PROJECT + project;
  return kind === 'heartbeat' ? HEARTBEATS : PROBES;
}

function groupName(key: string): string {
  switch (key) {
    case PROBES:
      return 'Services';
    case HEARTBEATS:
      return 'Scheduled jobs';
    case CONTAINERS:
      return 'Containers';
    default:
      return key.slice(PROJECT.length);
  }
}

function nameByProbe({ labels, status }: NamedService): ServiceStatus {
  return { ...status, name: labels['probe'] ?? '' };
}

/** web-2 before web-10. */
const NATURAL = new Intl.Collator('en', { numeric: true });

/** The container's name and, where it has more than one, the probe's; the host's where two are called alike. */
function nameByContainer(members: readonly NamedService[]): readonly ServiceStatus[] {
  const containers = countBy(members, ({ labels }) => `${labels['host'] ?? ''}/${labels['name'] ?? ''}`);
  const short = ({ labels }: NamedService) => {
    const isAlone = containers.get(`${labels['host'] ?? ''}/${labels['name'] ?? ''}`) === 1;
    return isAlone ? (labels['name'] ?? '') : `${labels['name'] ?? ''} · ${labels['probe'] ?? ''}`;
  };
  const names = countBy(members, short);
  return members
    .map((member) => {
      const name = short(member);
      return { ...member.status, name: names.get(name) === 1 ? name : `${name} (${member.labels['host'] ?? ''})` };
    })
    .sort((one, other) => NATURAL.compare(one.name, other.name));
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
