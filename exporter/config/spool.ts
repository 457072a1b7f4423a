import { z } from 'zod';
import { sizeWithin } from './fields.ts';

export function spool() {
  return z
    .strictObject({
      max_size: sizeWithin({
        leastBytes: 16 * 2 ** 20,
        mostBytes: 2 ** 50,
        title: 'a size from 16MiB, such as 1GiB',
        description:
          'What may wait for a sink that does not answer; 1GiB is 25 minutes of 1,000 documents of 700 bytes a second.',
      }).prefault('1GiB'),
    })
    .prefault({});
}
