import { container } from './container.ts';
import { dns } from './dns.ts';
import { grpc } from './grpc.ts';
import { http } from './http.ts';
import { icmp } from './icmp.ts';
import { mongodb } from './mongodb.ts';
import { mysql } from './mysql.ts';
import { postgres } from './postgres.ts';
import type { ProbeKind } from './probe-kind.ts';
import { redis } from './redis.ts';
import { tcp } from './tcp.ts';

/** Every kind of probe, in the order of the reference. Adding one is its file and one line here. */
export const probeKinds: readonly ProbeKind[] = [
  http,
  tcp,
  dns,
  grpc,
  icmp,
  redis,
  postgres,
  mysql,
  mongodb,
  container,
];
