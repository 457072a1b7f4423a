import { expect, test } from 'vitest';
import { negotiateFormat } from '../../../exporter/http/negotiate.ts';

const cases: readonly (readonly [string, string | undefined, 'text' | 'openmetrics'])[] = [
  [
    'Prometheus 2.42 as recorded',
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  [
    'Prometheus 3.5 as recorded',
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'openmetrics',
  ],
  ['Prometheus 3.5 told to scrape text, as recorded', 'text/plain;version=0.0.4;q=0.6,*/*;q=0.5', 'text'],
  [
    'Prometheus 3.5 that prefers protobuf, as recorded',
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3',
    'openmetrics',
  ],
  ['no header', undefined, 'text'],
  ['curl', '*/*', 'text'],
  ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text'],
  ['OpenMetrics alone', 'application/openmetrics-text', 'openmetrics'],
  ['OpenMetrics of another version alone', 'application/openmetrics-text; version=0.0.1', 'text'],
  ['OpenMetrics refused', 'application/openmetrics-text;q=0, application/*', 'text'],
  ['both alike', 'application/openmetrics-text, text/plain', 'text'],
  ['a type refused that a wildcard allows', 'text/plain;q=0,*/*;q=0.5', 'openmetrics'],
  [
    'upper case, spaces and quotes',
    'Application/OpenMetrics-Text ; Version="1.0.0" ; Q=0.9 , text/plain;q=0.1',
    'openmetrics',
  ],
  ['only what we do not have', 'application/json', 'text'],
  ['a weight that is no number', 'application/openmetrics-text;q=high, text/plain;q=0.1', 'text'],
  ['nonsense', ';;,=,/', 'text'],
];

test.each(cases)('%s', (_name, accept, format) => {
  expect(negotiateFormat(accept)).toBe(format);
});
