import { z } from 'zod';
import type { DnsDetails } from '../model/probe.ts';
import { addressWithDefaultPort, splitAddress } from './address.ts';
import type { Attempt } from './attempt.ts';
import { openExchange, TRANSPORTS, type Transport } from './dns/exchange.ts';
import { expectOption, requireExpected } from './dns/expect.ts';
import { decodeResponse, encodeQuestion, type Question, type Response, readQueryName } from './dns/message.ts';
import type { Place } from './net/connect.ts';
import { ipOption } from './net/ip-option.ts';
import { resolveTarget } from './net/network.ts';
import { defineKind } from './probe-kind.ts';

const PORT = 53;
const TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'DNSKEY', 'DS', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TLSA', 'TXT'] as const;

export const dns = defineKind({
  name: 'dns',
  summary: 'Asks a name server.',
  targetOption: 'address',
  target: () => addressWithDefaultPort('The server to ask.', PORT),
  options: () => ({
    query_name: z
      .string()
      .transform((text, context) => {
        const name = readQueryName(text);
        if (name === undefined) context.addIssue({ code: 'custom', message: '' });
        return name ?? z.NEVER;
      })
      .meta({ title: 'a domain name', description: 'The name to ask for, always a whole one.' }),
    query_type: z.enum(TYPES).default('A').describe('The type of records to ask for.'),
    transport: z.enum(TRANSPORTS).default('udp').describe('How the question is sent.'),
    recursion: z.boolean().default(true).describe('Whether the server is to ask others where it does not know.'),
    ip: ipOption(),
    expect: expectOption(),
  }),
  onContainer: {
    value: 'port',
    defaultPort: PORT,
    options: ['query_name', 'query_type', 'transport', 'recursion', 'expect.rcode'],
    targetOf: ({ address, port }) => `${address}:${port}`,
  },
  run: async (attempt, target, { query_name: name, query_type: type, transport, recursion, ip, expect }) => {
    const { host, port } = splitAddress(target, PORT);
    attempt.learn({ dns: UNKNOWN });
    const { address, seconds } = await resolveTarget(attempt, host, ip);
    const resolved = { ...UNKNOWN, phases: { ...UNKNOWN.phases, resolve: seconds } };
    attempt.learn({ dns: resolved });
    const response = await ask(
      attempt,
      { place: { address, port }, transport, question: { name, type, recursion } },
      resolved,
    );
    requireExpected(response, expect);
  },
});

/** As blackbox_exporter tells of a question that nobody answered. */
const UNKNOWN: DnsDetails = {
  querySucceeded: false,
  answerRecords: 0,
  authorityRecords: 0,
  additionalRecords: 0,
  phases: { resolve: 0, connect: 0, request: 0 },
};

interface Query {
  readonly place: Place;
  readonly transport: Transport;
  readonly question: Question;
}

async function ask(attempt: Attempt, { place, transport, question }: Query, known: DnsDetails): Promise<Response> {
  const sinceSeconds = attempt.nowSeconds();
  const exchange = await openExchange(attempt, transport, place);
  try {
    const connect = attempt.nowSeconds() - sinceSeconds;
    let answered: DnsDetails = { ...known, phases: { ...known.phases, connect } };
    attempt.learn({ dns: answered });
    const { query, isAnswer } = encodeQuestion(question);
    attempt.step(`asks ${place.address} port ${place.port} over ${transport} for ${question.type} of ${question.name}`);
    const message = await exchange.ask(query, isAnswer).finally(() => {
      const request = attempt.nowSeconds() - sinceSeconds - connect;
      answered = { ...known, phases: { ...known.phases, connect, request } };
      attempt.learn({ dns: answered });
    });
    const response = decodeResponse(message, question);
    attempt.learn({ dns: describe(response, question, answered) });
    attempt.step(`${response.rcode} with ${response.answers.length} answers`);
    // Used as it is, as blackbox_exporter does: who wants all of a long answer asks over tcp.
    if (response.isTruncated) attempt.step('the answer is cut: it is too long for udp');
    return response;
  } finally {
    exchange.close();
  }
}

function describe({ answers, authorities, additionals }: Response, { type }: Question, known: DnsDetails): DnsDetails {
  const serials = answers.flatMap((record) => (record.type === 'SOA' ? (record.data.serial ?? []) : []));
  return {
    ...known,
    querySucceeded: true,
    answerRecords: answers.length,
    authorityRecords: authorities.length,
    additionalRecords: additionals.length,
    // Told of a question for it alone, 0 of an answer without one.
    ...(type === 'SOA' && { serial: serials.at(-1) ?? 0 }),
  };
}
