import { addressWithPort, splitAddress } from './address.ts';
import { connectTcp } from './net/connect.ts';
import { ipOption } from './net/ip-option.ts';
import { resolveTarget } from './net/network.ts';
import { startTls } from './net/secure.ts';
import { tlsOptions } from './net/tls-options.ts';
import { defineKind } from './probe-kind.ts';

export const tcp = defineKind({
  name: 'tcp',
  summary: 'Connects, and speaks TLS where that is asked for.',
  targetOption: 'address',
  target: () => addressWithPort('Whom to connect to.'),
  options: (surroundings) => ({
    ip: ipOption(),
    tls: tlsOptions(surroundings).exactOptional(),
  }),
  onContainer: { value: 'port', options: [], targetOf: ({ address, port }) => `${address}:${port}` },
  run: async (attempt, target, { ip, tls }) => {
    const { host, port } = splitAddress(target);
    attempt.learn({ failedByPattern: false, tcp: { failedByBytes: false } });
    const { address } = await resolveTarget(attempt, host, ip);
    const socket = await connectTcp(attempt, { address, port });
    const secure = tls && (await startTls(attempt, socket, { host, tls }));
    (secure ?? socket).end();
  },
});
