import { describe } from 'vitest';
import { needing } from '../bed/need.ts';
import { testStoreRows } from '../documents/store-rows.ts';

describe('in Elasticsearch 8.19 each document is there once', needing('elasticsearch-8'), () => {
  testStoreRows({ product: 'elasticsearch', version: '8' });
});
