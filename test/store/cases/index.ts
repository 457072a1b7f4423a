import { mappingCases } from './mapping-cases.ts';
import { readCases } from './read-cases.ts';
import { requestCases } from './request-cases.ts';
import type { StoreCase } from './store-case.ts';
import { writeCases } from './write-cases.ts';

/** What `logs-plain-default` is made from. */
export const plainTemplate = { index_patterns: ['logs-plain-*'], data_stream: {}, priority: 200 };
/** A body that is larger is refused; small, so that a case can send one. */
export const maxContentLength = 256 * 1024;

/** Those that are `alone` come first. */
export const storeCases: readonly StoreCase[] = [...writeCases, ...requestCases, ...mappingCases, ...readCases];
