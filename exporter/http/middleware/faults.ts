import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { HttpFault } from '../fault.ts';
import { readRequestId } from './request-id.ts';

export const notFound: RequestHandler = () => {
  throw new HttpFault(404, 'There is nothing at this path; / lists what there is.');
};

export const methodNotAllowed = allowOnly('GET', 'HEAD');

/** For what a path does not answer. */
export function allowOnly(...methods: readonly string[]): RequestHandler {
  return () => {
    throw new HttpFault(405, `This path answers ${methods.join(' and ')}.`, { Allow: methods.join(', ') });
  };
}

/** Every fault as JSON with the request's id; what was not foreseen goes to the log, not to the caller. */
export function faults(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, _request, response, _next) => {
    const id = readRequestId(response);
    const fault = thrown instanceof HttpFault ? thrown : isBadPath(thrown) ? BAD_PATH : undefined;
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

/** What express throws for a parameter of a path with `%` before something that is no escape. */
function isBadPath(thrown: unknown): boolean {
  return thrown instanceof URIError;
}

const BAD_PATH = new HttpFault(400, 'This path is not encoded as one.');
const UNEXPECTED = new HttpFault(500, 'Something unexpected went wrong; the log has it under the request id.');
