import type { StoreAnswer } from './api/route.ts';
import type { Fault } from './faults.ts';
import type { FlavourFacts } from './flavour.ts';
import { errorBody, StoreError } from './store-error.ts';

/** What a fault that refuses a request answers it with. */
export const refuseBy = (
  fault: Fault & { readonly kind: 'status' | 'page' },
  flavour: FlavourFacts,
): { readonly answer: StoreAnswer; readonly headers: Readonly<Record<string, string>>; readonly foreign: boolean } => {
  if (fault.kind === 'page') return { answer: { status: 200, body: PAGE }, headers: {}, foreign: true };
  const { status, body = usualBody(fault.status, flavour), headers = {} } = fault;
  const foreign = status === 502 || status === 504;
  return { answer: { status, body: typeof body === 'string' ? body : { ...body } }, headers, foreign };
};

const PAGE = '<!doctype html><title>Sign in</title><p>Please sign in to go on.</p>';

const usualBody = (status: number, { rejected }: FlavourFacts): object | string => {
  // Seen: the engines send nothing with it.
  if (status === 413) return '';
  if (status === 502 || status === 504) return '<html><body>Bad gateway</body></html>';
  const [type, reason] = USUAL[status] ?? ['exception', 'a scripted fault'];
  return errorBody(new StoreError(status, status === 429 ? rejected : type, reason));
};

const USUAL: Readonly<Record<number, readonly [string, string]>> = {
  401: ['security_exception', 'unable to authenticate with provided credentials'],
  403: ['security_exception', 'action [indices:data/write/bulk] is unauthorized'],
  429: ['', 'rejected execution of coordinating operation [coordinating_and_primary_bytes=0]'],
  503: ['cluster_block_exception', 'blocked by: [SERVICE_UNAVAILABLE/2/no master];'],
};
