import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { HttpFault } from '../fault.ts';
import { readRequestId } from './request-id.ts';

export const notFound: RequestHandler = () => {
  throw new HttpFault(404, 'There is nothing at this path; / lists what there is.');
};

export const methodNotAllowed: RequestHandler = () => {
  throw new HttpFault(405, 'This path answers GET and HEAD.', { Allow: 'GET, HEAD' });
};

/** Every fault as JSON with the request's id; what was not foreseen goes to the log, not to the caller. */
export function faults(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, _request, response, _next) => {
    const id = readRequestId(response);
    const fault = thrown instanceof HttpFault ? thrown : undefined;
    if (fault === undefined) logger.error({ err: thrown, 'http.request.id': id }, 'request handler failed');
    if (response.headersSent) {
      // Nobody is to take a part for the whole.
      response.destroy();
      return;
    }
    const { status, message, headers } = fault ?? UNEXPECTED;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response
      .status(status)
      .type('application/json')
      .json({ error: { message, requestId: id, status } });
  };
}

const UNEXPECTED = new HttpFault(500, 'Something unexpected went wrong; the log has it under the request id.');
