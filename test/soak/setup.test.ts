import { describe } from 'vitest';
import { needing } from '../bed/need.ts';
import { testSetup } from '../integration/setup-suite.ts';

describe('setup on OpenSearch 3.8', needing('opensearch-3'), () => testSetup({ product: 'opensearch', version: '3' }));
describe('setup on Elasticsearch 9.2', needing('elasticsearch-9'), () =>
  testSetup({ product: 'elasticsearch', version: '9' }),
);
