import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeTree, nodeAt } from '../../exporter/config/tree.ts';
import { probeKinds } from '../../exporter/probes/index.ts';

const onContainers = probeKinds.flatMap((kind) =>
  (kind.onContainer?.options ?? []).map((path) => [kind.name, path, kind] as const),
);

describe('R58: what labels can set', () => {
  test.each(onContainers)(
    '%s: %s exists, is no file, no URL and no secret, and is not about proxies and logins',
    (_name, path, kind) => {
      const options = kind.options({ hostname: '', readText: () => Promise.resolve('') });
      const node = nodeAt(describeTree(z.strictObject(options)), path.split('.'));
      expect(node).toBeDefined();
      expect(['path', 'uri']).not.toContain(node?.format);
      expect(node?.writeOnly).not.toBe(true);
      expect(path).not.toMatch(/proxy|auth|user|password|token|secret|_file|cert|key/);
    },
  );

  test('no option is called like a kind or like what every probe has', () => {
    const taken = new Set([...probeKinds.map(({ name }) => name), 'port', 'interval', 'timeout', 'retries']);
    expect(onContainers.map(([, path]) => path).filter((path) => taken.has(path))).toEqual([]);
  });
});
