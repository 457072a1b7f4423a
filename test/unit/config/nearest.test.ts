import { expect, test } from 'vitest';
import { nearest } from '../../../exporter/config/nearest.ts';

test.each([
  ['prot', ['address', 'port', 'tls'], 'port'],
  ['overide', ['overrides', 'hosts'], 'overrides'],
  ['tsl', ['tls', 'auth'], 'tls'],
  ['scrape_interval', ['hosts', 'listen'], undefined],
  ['x', [], undefined],
])('%s among %j: %s', (word, candidates, best) => expect(nearest(word, candidates)).toBe(best));
