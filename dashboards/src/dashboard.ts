/* eslint-disable @typescript-eslint/no-deprecated -- Grafana up to 13 takes only this form from files, not its successor. */
import { DashboardBuilder, DashboardCursorSync } from '@grafana/grafana-foundation-sdk/dashboard';
import { dataSourceVariable, labelVariable } from './prometheus.ts';

/** The classic form of a dashboard, before it is built. */
export type ClassicDashboard = DashboardBuilder;

export interface DashboardOptions {
  /** Fixes the URL and the file's name; never changes. */
  readonly uid: string;
  readonly title: string;
  /** One sentence. */
  readonly description: string;
}

/** A dashboard with what all of ours share, down to the choice of hosts; add panels. */
export function createDashboard({ uid, title, description }: DashboardOptions): ClassicDashboard {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['harborlight', 'docker'])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(dataSourceVariable())
    .withVariable(labelVariable('job', 'Job', 'docker_up'))
    .withVariable(labelVariable('instance', 'Instance', 'docker_up{job=~"$job"}'))
    .withVariable(labelVariable('host', 'Host', 'docker_up{job=~"$job",instance=~"$instance"}'));
}
