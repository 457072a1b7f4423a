import {
  type DataSourceRef,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';

/** Whatever data source the viewer has chosen. */
export const prometheus: DataSourceRef = { type: 'prometheus', uid: '${prometheus_datasource}' };

/** What the variables have selected; every query of a host carries it. */
export const HOST = 'job=~"$job",instance=~"$instance",host=~"$host"';
/** The same for a query of containers. */
export const CONTAINER = `${HOST},name=~"$name"`;

/** The data source first: linters look at the first variable only. */
export const dataSourceVariable = (): DatasourceVariableBuilder =>
  new DatasourceVariableBuilder('prometheus_datasource').label('Prometheus data source').type('prometheus');

/** A variable with the values that a label has in a series, all of them by default. */
export function labelVariable(label: string, title: string, series: string): QueryVariableBuilder {
  return new QueryVariableBuilder(label)
    .label(title)
    .datasource(prometheus)
    .query(`label_values(${series}, ${label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: ['All'], value: ['$__all'] });
}

/** A range query; refId is A, B … within its panel. */
export function query(refId: string, expr: string, legend: string): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId).datasource(prometheus).expr(expr).legendFormat(legend).range();
}
