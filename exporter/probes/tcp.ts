import { z } from 'zod';
import { rule } from '../config/fields.ts';
import { isMapping } from '../config/tree.ts';
import { addressWithPort, splitAddress } from './address.ts';
import { connectTcp } from './net/connect.ts';
import { ipOption } from './net/ip-option.ts';
import { resolveTarget } from './net/network.ts';
import { startTls } from './net/secure.ts';
import { DEFAULT_TLS, tlsOptions } from './net/tls-options.ts';
import { defineKind } from './probe-kind.ts';
import { createConversation } from './tcp/conversation.ts';
import { STARTTLS_PROTOCOLS, startWithProtocol } from './tcp/starttls.ts';
import { runSteps, stepOptions } from './tcp/steps.ts';

export const tcp = defineKind({
  name: 'tcp',
  summary: 'Connects, speaks TLS where that is asked for, and has a conversation.',
  targetOption: 'address',
  target: () => addressWithPort('Whom to connect to.'),
  options: (surroundings) => ({
    ip: ipOption(),
    tls: tlsOptions(surroundings)
      .exactOptional()
      .describe('TLS, from the start where neither `starttls` nor a step of `send_expect` says when.'),
    starttls: z
      .enum(STARTTLS_PROTOCOLS)
      .exactOptional()
      .describe('Asks for TLS in the way of this protocol, before `send_expect`.'),
    send_expect: stepOptions(surroundings),
  }),
  rules: [rule(startsTlsOnce, 'TLS begun at most once: by `starttls` or by one step', ['send_expect'])],
  onContainer: {
    value: 'port',
    options: ['tls.verify', 'tls.server_name', 'starttls'],
    targetOf: ({ address, port }) => `${address}:${port}`,
  },
  run: async (attempt, target, { ip, tls, starttls, send_expect: steps }) => {
    const { host, port } = splitAddress(target);
    const { address } = await resolveTarget(attempt, host, ip);
    const socket = await connectTcp(attempt, { address, port });
    const conversation = createConversation(socket, (plain) =>
      startTls(attempt, plain, { host, tls: tls ?? DEFAULT_TLS, leaveOut: ['cipher'] }),
    );
    try {
      const isClearAtFirst = starttls !== undefined || steps.some((step) => step.starttls === true);
      if (tls !== undefined && !isClearAtFirst) await conversation.beginTls();
      // As blackbox_exporter does, only of a connection that there is.
      attempt.learn({ failedByPattern: false, tcp: { failedByBytes: false } });
      if (starttls !== undefined) await startWithProtocol(starttls, conversation);
      await runSteps(attempt, conversation, steps);
    } finally {
      conversation.end();
    }
  },
});

/** The whole of the options, not yet known to be right. */
function startsTlsOnce(options: object): boolean {
  if (!isMapping(options)) return true;
  const { starttls, send_expect: steps } = options;
  const inSteps = Array.isArray(steps) ? steps.filter((step) => isMapping(step) && step['starttls'] === true) : [];
  return inSteps.length + (starttls === undefined ? 0 : 1) <= 1;
}
