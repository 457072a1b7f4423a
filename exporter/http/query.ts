import type { Request } from 'express';

/** What stands before the query is not ours to judge: a proxy's form may name any host and port. */
export function readQuery({ originalUrl }: Request): URLSearchParams {
  return new URLSearchParams(/\?.*/.exec(originalUrl)?.[0]);
}
