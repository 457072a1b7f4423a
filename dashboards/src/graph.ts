import {
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { prometheus } from './prometheus.ts';

export interface GraphOptions {
  /** Stable: links to a panel carry it. */
  readonly id: number;
  readonly title: string;
  /** What is shown and how to read it. */
  readonly description: string;
  /** One of Grafana's units. */
  readonly unit: string;
  /** What to check when there is nothing to show. */
  readonly noValue: string;
}

/** Lines over half the width, the busiest first in the legend. */
export function graph({ id, title, description, unit, noValue }: GraphOptions): PanelBuilder {
  return new PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .datasource(prometheus)
    .unit(unit)
    .noValue(noValue)
    .span(12)
    .height(10)
    .fillOpacity(10)
    .showPoints(VisibilityMode.Never)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .legend(
      // Without showLegend the SDK switches the legend off.
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull', 'max'])
        .sortBy('Max')
        .sortDesc(true),
    );
}
