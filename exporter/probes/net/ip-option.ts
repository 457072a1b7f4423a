import { z } from 'zod';
import { IP_PREFERENCES } from './network.ts';

/** The option `ip` of every kind that connects. */
export function ipOption() {
  return z
    .enum(IP_PREFERENCES)
    .default('ip4')
    .describe('Which of its addresses is taken; without `_only` the other kind where it has none of this.');
}
