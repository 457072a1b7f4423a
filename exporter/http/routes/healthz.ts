import type { RequestHandler } from 'express';

/** The process turns; says nothing of engines. */
export const healthz: RequestHandler = (_request, response) => {
  response.type('text/plain').send('ok\n');
};
