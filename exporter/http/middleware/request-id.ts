import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const HEADER = 'X-Request-Id';
/** What may be taken over: harmless in a header, a log line and a page. */
const SAFE_ID = /^[\w.:+/=-]{1,128}$/;

/** Takes the caller's request id or makes one, and returns it. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get(HEADER);
  response.setHeader(HEADER, given !== undefined && SAFE_ID.test(given) ? given : randomUUID());
  next();
};

export function readRequestId(response: Response): string {
  return String(response.getHeader(HEADER));
}
