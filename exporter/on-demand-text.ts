import { stringify } from 'yaml';
import { probes } from './collectors/probes.ts';
import { renderExposition } from './metrics/exposition.ts';
import type { ExpositionFormat } from './metrics/format.ts';
import type { ProbeResult } from './model/probe.ts';

/** The exposition of one run, without labels that say whose: whoever asked knows, and Prometheus adds them. */
export function renderRun(result: ProbeResult, format: ExpositionFormat): string {
  const world = { hosts: [], probes: [{ seriesLabels: {}, result }] };
  const text = renderExposition({ world, collectors: [probes], format, nowMs: () => performance.now() });
  let rendered = '';
  for (;;) {
    const step = text.next();
    if (step.done !== true) {
      rendered += step.value;
      continue;
    }
    const broken = step.value.find(({ error }) => error !== undefined);
    if (broken?.error !== undefined) throw broken.error;
    return rendered;
  }
}

/** For people. `module` is its configuration as it may be printed. */
export function describeRun(result: ProbeResult, module: unknown): string {
  const steps = result.steps.map(({ atSeconds, text }) => `${atSeconds.toFixed(6).padStart(10)} s  ${text}\n`);
  return `What was done, in seconds since the beginning:
${steps.join('')}
What a scrape gets:
${renderRun(result, 'text')}
How the module is configured:
${stringify(module)}`;
}
