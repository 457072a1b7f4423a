import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Each takes a minute or more of three workers that share two processors. */
const LONGEST = [
  'probes-labels',
  'sink-matrix-opensearch',
  'stories-docker-28',
  'stories-docker-20',
  'delivery',
  'sink-matrix-elasticsearch',
  'demo-clients',
  'kernel-samples',
  'prometheus-scrape',
  'setup-opensearch',
  'fresh-clone',
  'setup-elasticsearch',
].map((name) => `${name}.test.ts`);

/**
 * The longest files first, so that none of them is alone in the end. Without the durations of an earlier run, which a fresh
 * clone has not, vitest goes by size: some of these have five lines, and came last. A class since vitest makes it.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.indexOf(basename(moduleId));
      return at === -1 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
