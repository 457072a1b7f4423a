import type { Socket } from 'node:net';
import { z } from 'zod';
import { DeadlineError } from '../util/deadline.ts';
import { addressWithPort, type HostAndPort, splitAddress } from './address.ts';
import type { Attempt } from './attempt.ts';
import { ProbeFailure } from './failure.ts';
import { checkHealth, type HealthAnswer } from './grpc/call.ts';
import { GRPC_STATUS, statusName } from './grpc/status.ts';
import { connectTcp } from './net/connect.ts';
import { ipOption } from './net/ip-option.ts';
import { resolveTarget } from './net/network.ts';
import { startTls } from './net/secure.ts';
import { type TlsOptions, tlsOptions } from './net/tls-options.ts';
import { defineKind } from './probe-kind.ts';

export const grpc = defineKind({
  name: 'grpc',
  summary: 'Asks a gRPC server for its health (`grpc.health.v1`).',
  targetOption: 'address',
  target: () => addressWithPort('The server to ask.'),
  options: (surroundings) => ({
    service: z.string().max(1000).default('').describe('Whose health is asked for. Default: that of the whole server.'),
    tls: tlsOptions(surroundings).exactOptional().describe('Speaks TLS.'),
    ip: ipOption(),
  }),
  onContainer: {
    value: 'port',
    options: ['service', 'tls.verify', 'tls.server_name'],
    targetOf: ({ address, port }) => `${address}:${port}`,
  },
  run: async (attempt, target, { service, tls, ip }) => {
    const place = splitAddress(target);
    attempt.learn({ grpc: { statusCode: GRPC_STATUS.OK, usedTls: false, phases: { resolve: 0 } } });
    const { address, seconds: resolve } = await resolveTarget(attempt, place.host, ip);
    const sinceSeconds = attempt.nowSeconds();
    const tell = (answer: HealthAnswer, usedTls = false) => {
      const check = attempt.nowSeconds() - sinceSeconds;
      attempt.learn({ grpc: { ...answer, usedTls, phases: { resolve, check } } });
    };
    // Nobody waits for a probe whose time is up, so it says so itself while the signal aborts; it also does at the end.
    const tellDeadline = () => {
      if (attempt.signal.reason instanceof DeadlineError) tell({ statusCode: GRPC_STATUS.DEADLINE_EXCEEDED });
    };
    attempt.signal.addEventListener('abort', tellDeadline, { once: true });
    const socket = await connectTo(attempt, { ...place, address, tls }).catch((error: unknown) => {
      if (!attempt.signal.aborted) tell({ statusCode: GRPC_STATUS.UNAVAILABLE });
      throw error;
    });
    const name = (tls?.server_name ?? place.host).replace(/^.*:.*$/, '[$&]');
    const answer = await checkHealth({
      socket,
      scheme: tls === undefined ? 'http' : 'https',
      authority: `${name}:${place.port}`,
      service,
      signal: attempt.signal,
    });
    attempt.signal.throwIfAborted();
    tell(answer, tls !== undefined);
    requireServing(answer);
  },
});

interface Server extends HostAndPort {
  readonly address: string;
  readonly tls: TlsOptions | undefined;
}

async function connectTo(attempt: Attempt, { host, port, address, tls }: Server): Promise<Socket> {
  const socket = await connectTcp(attempt, { address, port });
  if (tls === undefined) return socket;
  return startTls(attempt, socket, { host, tls, protocols: ['h2'], leaveOut: ['cipher', 'chainExpirySeconds'] });
}

function requireServing({ statusCode, servingStatus }: HealthAnswer): void {
  if (statusCode !== GRPC_STATUS.OK) throw new ProbeFailure(`the call ended with ${statusName(statusCode)}`);
  if (servingStatus !== 'SERVING')
    throw new ProbeFailure(`the server says ${servingStatus ?? 'nothing'}, expected SERVING`);
}
