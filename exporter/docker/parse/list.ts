import { z } from 'zod';

const listed = z.array(z.object({ Id: z.string().regex(/^[0-9a-f]{64}$/) }));

/** `GET /containers/json`: the ids alone; everything else is inspect's to say, which costs the engine less. */
export function parseList(answer: unknown): readonly string[] {
  return listed.parse(answer).map(({ Id }) => Id);
}
