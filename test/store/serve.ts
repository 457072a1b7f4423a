import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Access, refuseAccess } from './access.ts';
import { sendAnswer } from './answer.ts';
import type { StoreAnswer, StoreRequest } from './api/route.ts';
import { checkContentTypes } from './content-types.ts';
import type { Faults, StrikingFault } from './faults.ts';
import type { FlavourFacts } from './flavour.ts';
import { textOf } from './json.ts';
import { reset } from './listener.ts';
import { readBody, UnreadableBody } from './read-body.ts';
import type { Recorder } from './recorder.ts';
import { errorBody, StoreError } from './store-error.ts';
import { refuseBy } from './strike.ts';

export interface ServeOptions {
  readonly flavour: FlavourFacts;
  readonly faults: Faults;
  readonly recorder: Recorder;
  readonly access: () => Access | undefined;
  readonly maxContentLength: number;
  readonly route: (request: Omit<StoreRequest, 'params'>) => StoreAnswer;
}

/** Takes one request through everything: its body, a fault, who sent it, what it wants. */
export const createServe =
  (options: ServeOptions) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://store');
    const line = { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams };
    const filters = textOf(url.searchParams.get('filter_path'))
      .split(',')
      .filter((filter) => filter !== '');
    const { flavour, recorder, faults, maxContentLength } = options;
    const send: Send = (answer, more = {}) => sendAnswer(request, response, answer, { flavour, filters, ...more });
    const read = await readBody(request, flavour, maxContentLength).catch(asUnreadable);
    if (read instanceof UnreadableBody) {
      recorder.add(request, line, response, { wireBytes: 0, bytes: Buffer.alloc(0) });
      refuseBody(read, request, send);
      return;
    }
    recorder.add(request, line, response, read);
    const striking = faults.strike(line);
    if (striking !== undefined && (await strikesBefore(striking, { request, send, flavour }))) return;
    const { headers, ...answer } = answerRequest(
      request,
      { ...line, body: read.bytes.toString(), fault: striking?.fault },
      options,
    );
    if (striking !== undefined && (await strikesAfter(striking, { request, send, answer }))) return;
    send(answer, headers && { headers });
  };

type Send = (answer: StoreAnswer, more?: { headers?: Headers; foreign?: boolean; cut?: boolean }) => void;
type Headers = Readonly<Record<string, string | readonly string[]>>;

const asUnreadable = (error: unknown): UnreadableBody => {
  if (error instanceof UnreadableBody) return error;
  throw error;
};

const refuseBody = ({ answer }: UnreadableBody, request: IncomingMessage, send: Send): void => {
  if (answer === 'close') reset(request);
  else send(answer === 'too-large' ? { status: 413, body: undefined } : refusal(answer));
};

const refusal = (error: StoreError): StoreAnswer => ({ status: error.status, body: errorBody(error) });

/** Whether that was the whole answer. */
const strikesBefore = async (
  { fault, healed }: StrikingFault,
  {
    request,
    send,
    flavour,
  }: { readonly request: IncomingMessage; readonly send: Send; readonly flavour: FlavourFacts },
): Promise<boolean> => {
  if (fault.kind === 'status' || fault.kind === 'page') {
    const { answer, ...more } = refuseBy(fault, flavour);
    send(answer, more);
    return true;
  }
  if (!('when' in fault) || fault.when !== 'before') return false;
  if (fault.kind === 'reset') reset(request);
  // One that waits goes on, even where its client has gone: an engine does too.
  else if (fault.kind === 'hang') await healed;
  else await delay(fault.ms);
  return fault.kind === 'reset';
};

const strikesAfter = async (
  { fault, healed }: StrikingFault,
  { request, send, answer }: { readonly request: IncomingMessage; readonly send: Send; readonly answer: StoreAnswer },
): Promise<boolean> => {
  if (!('when' in fault) || fault.when === 'before') return false;
  if (fault.kind === 'hang') await healed;
  else if (fault.kind === 'delay') await delay(fault.ms);
  else if (fault.when === 'within-answer') send(answer, { cut: true });
  else reset(request);
  return fault.kind === 'reset';
};

const answerRequest = (
  { headers }: IncomingMessage,
  request: Omit<StoreRequest, 'params'>,
  { flavour, access, route }: ServeOptions,
): StoreAnswer & { readonly headers?: Headers } => {
  const refused = refuseAccess(flavour, access(), { authorization: headers.authorization, path: request.path });
  if (refused !== undefined) {
    const { status, body } = refused;
    return { status, body: typeof body === 'string' ? body : { ...body }, headers: refused.headers };
  }
  const accept = headers.accept ?? '';
  try {
    checkContentTypes(flavour, { contentType: headers['content-type'] ?? '', accept, hasBody: request.body !== '' });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // Seen: this one is a text, not an object.
    if (error.status === 406) return { status: 406, body: { error: error.message, status: 406 } };
    return refusal(error);
  }
  return route(request);
};
