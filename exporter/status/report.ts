import type { ProbeSnapshot } from '../model/probe.ts';
import type { RunCounts, ServiceHistory } from '../model/service-history.ts';
import type { OverallState, ServiceState, ServiceStatus, StatusReport, WindowStatus } from '../model/status.ts';
import { serviceId } from '../probes/history/service-id.ts';
import { groupServices, type NamedService } from './groups.ts';

export interface ReportSources {
  readonly title: string;
  /** Unix seconds. */
  readonly nowSeconds: number;
  /** Of the probes and heartbeats that are shown. */
  readonly snapshots: readonly ProbeSnapshot[];
  readonly historyOf: (snapshot: ProbeSnapshot) => ServiceHistory | undefined;
}

/** More make neither a page that anybody reads nor one that is cheap. */
const MAX_SERVICES = 500;

/** How all services are now, and how they were. Yields between services. */
export function* createReport(sources: ReportSources): Generator<undefined, StatusReport> {
  const { title, nowSeconds, snapshots, historyOf } = sources;
  const counts = { up: 0, down: 0, unknown: 0 };
  for (const snapshot of snapshots) counts[stateOf(snapshot)]++;
  const services: NamedService[] = [];
  for (const snapshot of snapshots.slice(0, MAX_SERVICES)) {
    services.push({ labels: snapshot.seriesLabels, status: describeService(snapshot, historyOf(snapshot)) });
    yield;
  }
  return {
    title,
    atSeconds: nowSeconds,
    state: overallState(counts),
    counts,
    groups: groupServices(services),
    omitted: snapshots.length - services.length,
  };
}

function describeService(snapshot: ProbeSnapshot, history: ServiceHistory | undefined): NamedService['status'] {
  const state = stateOf(snapshot);
  return {
    id: serviceId(snapshot.seriesLabels),
    state,
    ...sinceOf(state, history),
    windows: {
      '24h': describeWindow(history?.windows['24h']),
      '7d': describeWindow(history?.windows['7d']),
      '30d': describeWindow(history?.windows['30d']),
    },
    days: (history?.days ?? []).map(({ date, ...counts }) => ({ date, ...availability(counts) })),
  };
}

function stateOf({ result, isAlive }: ProbeSnapshot): ServiceState {
  const isUp = result?.success ?? isAlive;
  return isUp === undefined ? 'unknown' : isUp ? 'up' : 'down';
}

/** Only while the last run that was counted came to the same. */
function sinceOf(state: ServiceState, history: ServiceHistory | undefined): Pick<ServiceStatus, 'sinceSeconds'> {
  if (history === undefined || state === 'unknown') return {};
  const { isUp, sinceSeconds } = history.last;
  return isUp === (state === 'up') ? { sinceSeconds } : {};
}

function describeWindow(counts: RunCounts | undefined): WindowStatus {
  if (counts === undefined) return {};
  const { goodRuns, goodSeconds } = counts;
  // What runs takes time: no seconds are none that were measured.
  return { ...availability(counts), ...(goodSeconds > 0 && { responseSeconds: goodSeconds / goodRuns }) };
}

function availability({ runs, goodRuns }: RunCounts): Pick<WindowStatus, 'availabilityRatio'> {
  return runs === 0 ? {} : { availabilityRatio: goodRuns / runs };
}

function overallState({ up, down }: StatusReport['counts']): OverallState {
  if (down > 0) return up > 0 ? 'degraded' : 'down';
  return up > 0 ? 'up' : 'unknown';
}
