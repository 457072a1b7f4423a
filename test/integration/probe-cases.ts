import { probeKinds } from '../../exporter/probes/index.ts';
import type { Part } from '../bed/need.ts';

/** Where the servers of a test are. */
export interface Places {
  /** ADDRESS:PORT of a web server that answers with 200 and a body, of a name server that knows up.test, and of nobody. */
  readonly web: string;
  readonly names: string;
  readonly nobody: string;
}

/** The same question in our words and in blackbox_exporter's. */
export interface ProbeCase {
  readonly title: string;
  readonly kind: string;
  readonly needs?: Part;
  readonly target: (places: Places) => string;
  /** Of the kind, beside its target. */
  readonly options?: object;
  /** As blackbox.yml has it. */
  readonly prober: object;
  readonly success: boolean;
}

const ip4 = { preferred_ip_protocol: 'ip4' };
const tcp = { kind: 'tcp', prober: { prober: 'tcp', tcp: ip4 } };
const http = { kind: 'http', prober: { prober: 'http', http: ip4 } };
const question = { query_name: 'up.test', query_type: 'A' };
const dns = { kind: 'dns', options: question, prober: { prober: 'dns', dns: { ...ip4, ...question } } };
const grpc = { kind: 'grpc', prober: { prober: 'grpc', grpc: ip4 } };
const icmp = { kind: 'icmp', needs: 'ping', prober: { prober: 'icmp', icmp: ip4 } } as const;

const all: readonly ProbeCase[] = [
  { ...tcp, title: 'tcp that is up', target: ({ web }) => web, success: true },
  { ...tcp, title: 'tcp that is down', target: ({ nobody }) => nobody, success: false },
  { ...http, title: 'http that is up', target: ({ web }) => `http://${web}/`, success: true },
  { ...http, title: 'http with another status', target: ({ web }) => `http://${web}/missing`, success: false },
  { ...http, title: 'http that is down', target: ({ nobody }) => `http://${nobody}/`, success: false },
  { ...dns, title: 'dns that is up', target: ({ names }) => names, success: true },
  { ...dns, title: 'dns that is down', target: ({ nobody }) => nobody, success: false },
  { ...grpc, title: 'grpc that is down', target: ({ nobody }) => nobody, success: false },
  { ...icmp, title: 'icmp that is up', target: () => '127.0.0.1', success: true },
];

/** Of every kind that there is here and there; with the option that says whom to ask. */
export const probeCases = all.flatMap((one) => {
  const kind = probeKinds.find(({ name }) => name === one.kind);
  return kind === undefined ? [] : [{ ...one, targetOption: kind.targetOption }];
});

/** One word a case: the name of its module, and of its probe. */
export const nameOf = ({ title }: ProbeCase): string => title.replaceAll(' ', '-');
