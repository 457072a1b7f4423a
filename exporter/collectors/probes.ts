import { bind, type Collector } from '../metrics/family.ts';
import { probeScope } from '../metrics/scopes.ts';
import { anyProbe } from './probe/any.ts';
import { dnsProbe } from './probe/dns.ts';
import { grpcProbe } from './probe/grpc.ts';
import { httpProbe } from './probe/http.ts';
import { icmpProbe } from './probe/icmp.ts';
import { tcpProbe } from './probe/tcp.ts';
import { tlsProbe } from './probe/tls.ts';

/** What probes came to, under the names that blackbox_exporter gives them. */
export const probes: Collector = {
  name: 'probes',
  families: bind(probeScope, [
    ...anyProbe,
    ...tlsProbe,
    ...httpProbe,
    ...tcpProbe,
    ...dnsProbe,
    ...grpcProbe,
    ...icmpProbe,
  ]),
};
