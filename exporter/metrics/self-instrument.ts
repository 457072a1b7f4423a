import { Counter, Gauge, Histogram, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { SelfInstrument } from './self-instruments.ts';

/** One that keeps exemplars. */
export type OwnRegistry = Registry<OpenMetricsContentType>;

/** Of the span that is going on; undefined when nothing is traced. */
export type Exemplar = () => Readonly<Record<string, string>> | undefined;

/** `labelNames` as literals, so that a label of another name does not compile. */
type Spec<L extends string> = SelfInstrument & { readonly labelNames: readonly L[] };

/** In that registry. */
export function gauge<L extends string>(registry: OwnRegistry, { name, help, labelNames }: Spec<L>): Gauge<L> {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}

/** In that registry. */
export function counter<L extends string>(registry: OwnRegistry, { name, help, labelNames }: Spec<L>): Counter<L> {
  return new Counter({ name, help, labelNames, registers: [registry] });
}

/** Returns what observes a value, tied to what is traced then, or to what was when the work began that ends now. */
export function histogram<L extends string>(
  registry: OwnRegistry,
  { name, help, labelNames, buckets }: Spec<L> & { readonly buckets: readonly number[] },
  exemplar: Exemplar,
): (labels: Partial<Record<L, string | number>>, value: number, tiedTo?: ReturnType<Exemplar>) => void {
  const registers = [registry];
  const made = new Histogram<string>({
    name,
    help,
    labelNames,
    buckets: [...buckets],
    enableExemplars: true,
    registers,
  });
  return (labels, value, exemplarLabels = exemplar()) => {
    made.observe({ labels, value, ...(exemplarLabels && { exemplarLabels }) });
  };
}
