import type { z } from 'zod';
import { isMapping } from './tree.ts';

/** Of the whole configuration: probes and heartbeats share the label `probe`, so no two may have one name. */
export function refuseSameNames(config: unknown, context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const list of ['probes', 'heartbeats']) {
    for (const [at, name] of namesIn(config, list).entries()) {
      if (typeof name !== 'string') continue;
      if (seen.has(name)) {
        context.addIssue({
          code: 'custom',
          message: 'a name that no other probe or heartbeat has',
          path: [list, at, 'name'],
        });
      }
      seen.add(name);
    }
  }
}

function namesIn(config: unknown, list: string): readonly unknown[] {
  const items: unknown = isMapping(config) ? config[list] : undefined;
  return Array.isArray(items) ? items.map((item: unknown) => (isMapping(item) ? item['name'] : undefined)) : [];
}
