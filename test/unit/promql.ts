import { parser } from '@prometheus-io/lezer-promql';

export interface PromqlSelector {
  readonly metric: string;
  /** As written: `host=~"$host"`. */
  readonly matchers: readonly string[];
  /** Names of the functions and aggregations around it, the innermost first. */
  readonly within: readonly string[];
}

/** The series that an expression reads. Throws where it is not PromQL. */
export function parsePromql(expr: string): PromqlSelector[] {
  const selectors: PromqlSelector[] = [];
  parser.parse(expr).iterate({
    enter({ node, type, from }) {
      if (type.isError) throw new Error(`not PromQL from character ${from}: ${expr}`);
      if (type.name !== 'VectorSelector') return;
      const text = (part: { from: number; to: number } | null): string => (part ? expr.slice(part.from, part.to) : '');
      const within: string[] = [];
      for (let outer = node.parent; outer; outer = outer.parent) {
        const name = outer.getChild('FunctionIdentifier') ?? outer.getChild('AggregateOp');
        if (name) within.push(text(name));
      }
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      selectors.push({ metric: text(node.getChild('Identifier')), matchers: matchers.map(text), within });
    },
  });
  return selectors;
}
