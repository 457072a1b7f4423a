import type { Collector } from '../../exporter/metrics/family.ts';
import { render } from '../unit/metrics/families.ts';
import { parseExposition } from './exposition-parser.ts';
import { plainWorld } from './sample-world.ts';

/** What one more plain container adds to a text. */
export function costOfContainer(collectors: readonly Collector[]) {
  const [one = '', two = ''] = [plainWorld(1), plainWorld(2)].map((world) => render({ world, collectors }).text);
  const series = (text: string) => parseExposition(text, 'text').flatMap(({ samples }) => samples).length;
  return { series: series(two) - series(one), characters: two.length - one.length };
}
