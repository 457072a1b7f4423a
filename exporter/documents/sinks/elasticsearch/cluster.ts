import type { HttpAnswer, HttpRequest, StoreNode } from '../../store/node.ts';
import { RequestError } from '../../store/request-error.ts';
import { verifyProduct } from './product.ts';

/** Several nodes as one. */
export interface Cluster {
  /** Rejects with a RequestError, or with the signal's reason. A request that may have had an effect is not sent to a second node. */
  readonly send: (request: HttpRequest, signal: AbortSignal) => Promise<ClusterAnswer>;
  readonly close: () => Promise<void>;
}

export interface ClusterAnswer {
  readonly answer: HttpAnswer;
  /** Who said so. */
  readonly origin: string;
  /** It was no answer of a store: the node is looked at anew before it is used again. */
  readonly distrust: () => void;
}

interface Member {
  readonly node: StoreNode;
  isVerified: boolean;
  failures: number;
  asideUntilMs: number;
}

const FIRST_ASIDE_MS = 1_000;
const MAX_ASIDE_MS = 60_000;

export function createCluster(nodes: readonly StoreNode[], nowMs: () => number): Cluster {
  const members: readonly Member[] = nodes.map((node) => ({ node, isVerified: false, failures: 0, asideUntilMs: 0 }));
  let turn = 0;
  const setAside = (member: Member) => {
    member.isVerified = false;
    member.asideUntilMs = nowMs() + Math.min(MAX_ASIDE_MS, FIRST_ASIDE_MS * 2 ** Math.min(member.failures, 20));
    member.failures++;
  };
  /** Each once: those in use by turns, then those that were set aside, the first to come back first. */
  const inOrder = (): readonly Member[] => {
    const now = nowMs();
    const used = members.filter(({ asideUntilMs }) => asideUntilMs <= now);
    const aside = members.filter(({ asideUntilMs }) => asideUntilMs > now);
    const start = used.length === 0 ? 0 : turn++ % used.length;
    return [...used.slice(start), ...used.slice(0, start), ...aside.sort((a, b) => a.asideUntilMs - b.asideUntilMs)];
  };
  const sendTo = async (member: Member, request: HttpRequest, signal: AbortSignal): Promise<ClusterAnswer> => {
    const { node } = member;
    if (!member.isVerified) await verify(node, signal);
    member.isVerified = true;
    const answer = await node.send(request, signal);
    // What stands before a node answers so while the node is away.
    if (answer.status === 502 || answer.status === 503 || answer.status === 504) setAside(member);
    else member.failures = 0;
    return { answer, origin: node.origin, distrust: () => setAside(member) };
  };
  return {
    send: async (request, signal) => {
      let last: RequestError | undefined;
      for (const member of inOrder()) {
        try {
          return await sendTo(member, request, signal);
        } catch (error) {
          if (!(error instanceof RequestError)) throw error;
          if (error.isOfNode) setAside(member);
          if (error.mayBeStored || !error.isOfNode) throw error;
          last = error;
        }
      }
      throw last ?? new RequestError('unavailable', 'no node is configured');
    },
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

/** Nothing of ours is sent before it is known who is there. */
async function verify(node: StoreNode, signal: AbortSignal): Promise<void> {
  try {
    verifyProduct(node.origin, await node.send({ method: 'GET', path: '/' }, signal));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { failure, message, isOfNode, retryAfterMs, cause } = error;
    // No answer to a question is no doubt about documents.
    throw new RequestError(failure === 'ambiguous' ? 'unavailable' : failure, message, {
      cause,
      isOfNode,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
}
