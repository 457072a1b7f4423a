import { describe } from 'vitest';
import { needing } from '../bed/need.ts';
import { testSetup } from './setup-suite.ts';

describe('setup on Elasticsearch 8.19', needing('elasticsearch-8'), () => testSetup({ product: 'elasticsearch' }));
