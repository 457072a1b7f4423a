import { describe } from 'vitest';
import { needing } from '../bed/need.ts';
import { testSetup } from './setup-suite.ts';

describe('setup on OpenSearch 2.19', needing('opensearch-2'), () => testSetup({ product: 'opensearch' }));
