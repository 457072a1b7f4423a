import type { RequestHandler } from 'express';

/** Configuration loaded, first World built. An engine that is down does not make us unready. */
export function readyz(isReady: () => boolean): RequestHandler {
  return (_request, response) => {
    const ready = isReady();
    response
      .status(ready ? 200 : 503)
      .type('text/plain')
      .send(ready ? 'ready\n' : 'starting: the first look at the engines is not complete yet\n');
  };
}
