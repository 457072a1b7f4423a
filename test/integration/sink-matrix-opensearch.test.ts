import { describe } from 'vitest';
import { needing } from '../bed/need.ts';
import { testStoreRows } from '../documents/store-rows.ts';

describe('in OpenSearch 2.19 each document is there once', needing('opensearch-2'), () => {
  testStoreRows({ product: 'opensearch', version: '2' });
});
