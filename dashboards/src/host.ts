import { LineInterpolation, StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { BytesIEC, BytesPerSecondIEC, Short } from '@grafana/grafana-foundation-sdk/units';
import { type ClassicDashboard, createDashboard } from './dashboard.ts';
import { graph } from './graph.ts';
import { CONTAINER, HOST, labelVariable, prometheus, query } from './prometheus.ts';

const NO_HOST = 'No host matches. Is the exporter scraped, and is the engine up?';
const NO_CONTAINER = 'No running container matches. Is the engine up?';

/** One or several engines: which containers there are, and what they use. */
export function host(): ClassicDashboard {
  return createDashboard({
    uid: 'harborlight-host',
    title: 'Docker / Host',
    description: 'Containers of a Docker engine: their states, CPU, memory and network.',
  })
    .withVariable(labelVariable('name', 'Container', `docker_container_info{${HOST}}`))
    .annotation(engineDown())
    .withPanel(states())
    .withPanel(cpu())
    .withPanel(memory())
    .withPanel(network());
}

/** While an engine is down most series end: this says why. */
function engineDown(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Engine down')
    .datasource(prometheus)
    .enable(true)
    .iconColor('red')
    .expr(`docker_down_reason{${HOST}} == 1`)
    .step('60s')
    .titleFormat('{{host}}: engine down')
    .textFormat('{{reason}}');
}

// Two exporters may watch one engine: `max by` counts it once.

function states(): PanelBuilder {
  const panel = graph({
    id: 1,
    title: 'Containers by state',
    description: 'All containers of the engine, as it counts them; a gap is a time when the engine did not answer.',
    unit: Short,
    noValue: NO_HOST,
  })
    .withTarget(query('A', `sum by (state) (max by (host, state) (docker_containers{${HOST}}))`, '{{state}}'))
    .lineInterpolation(LineInterpolation.StepAfter)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .fillOpacity(60)
    .decimals(0);
  for (const [state, color] of STATE_COLORS)
    panel.overrideByName(state, [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }]);
  return panel;
}

const STATE_COLORS = [
  ['running', 'green'],
  ['paused', 'blue'],
  ['created', 'light-blue'],
  ['restarting', 'orange'],
  ['removing', 'purple'],
  ['exited', 'gray'],
  ['dead', 'red'],
] as const;

function cpu(): PanelBuilder {
  return graph({
    id: 2,
    title: 'CPU',
    description: 'CPU time per second and container: 1 is one core in full use.',
    unit: Short,
    noValue: NO_CONTAINER,
  })
    .axisLabel('cores')
    .min(0)
    .withTarget(
      query(
        'A',
        `max by (host, name) (rate(docker_container_cpu_usage_seconds_total{${CONTAINER}}[$__rate_interval]))`,
        '{{host}}/{{name}}',
      ),
    );
}

function memory(): PanelBuilder {
  return graph({
    id: 3,
    title: 'Memory',
    description:
      'Working set, which is what docker stats shows: memory in use without page cache that can be dropped. Dashed: the limit, where one is set.',
    unit: BytesIEC,
    noValue: NO_CONTAINER,
  })
    .withTarget(
      query('A', `max by (host, name) (docker_container_memory_working_set_bytes{${CONTAINER}})`, '{{host}}/{{name}}'),
    )
    .withTarget(
      query('B', `max by (host, name) (docker_container_memory_limit_bytes{${CONTAINER}})`, '{{host}}/{{name}} limit'),
    )
    .overrideByQuery('B', [
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
      { id: 'custom.fillOpacity', value: 0 },
    ]);
}

function network(): PanelBuilder {
  return graph({
    id: 4,
    title: 'Network',
    description:
      'Bytes per second and container, all interfaces: received above zero, sent below. Nothing for containers on the network of the host.',
    unit: BytesPerSecondIEC,
    noValue: NO_CONTAINER,
  })
    .withTarget(
      query(
        'A',
        `sum by (host, name) (max by (host, name, interface) (rate(docker_container_network_receive_bytes_total{${CONTAINER}}[$__rate_interval])))`,
        '{{host}}/{{name}} received',
      ),
    )
    .withTarget(
      query(
        'B',
        `sum by (host, name) (max by (host, name, interface) (rate(docker_container_network_transmit_bytes_total{${CONTAINER}}[$__rate_interval])))`,
        '{{host}}/{{name}} sent',
      ),
    )
    .overrideByQuery('B', [{ id: 'custom.transform', value: 'negative-Y' }]);
}
