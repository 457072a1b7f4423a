import { ProbeFailure } from '../failure.ts';
import type { Lines } from '../net/lines.ts';
import type { Conversation } from './conversation.ts';

/** Protocols that begin in the clear, and how they are asked to go on with TLS. */
export const STARTTLS_PROTOCOLS = ['smtp', 'imap', 'postgres'] as const;
export type StarttlsProtocol = (typeof STARTTLS_PROTOCOLS)[number];

/** Goes on with TLS in the way of the protocol; throws a ProbeFailure when the target does not want to. */
export async function startWithProtocol(protocol: StarttlsProtocol, conversation: Conversation): Promise<void> {
  await ask(protocol, conversation);
  await conversation.beginTls();
}

async function ask(protocol: StarttlsProtocol, conversation: Conversation): Promise<void> {
  switch (protocol) {
    case 'smtp':
      return askSmtp(conversation);
    case 'imap':
      return askImap(conversation);
    case 'postgres':
      return askPostgres(conversation);
  }
}

/** RFC 3207. */
async function askSmtp({ send, lines, localAddress }: Conversation): Promise<void> {
  await expectSmtp(lines(), '220', 'its greeting');
  const literal = localAddress.includes(':') ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
  await send(`EHLO ${literal}\r\n`);
  const extensions = await expectSmtp(lines(), '250', 'EHLO');
  if (!extensions.some((line) => /^STARTTLS\b/i.test(line))) throw new ProbeFailure('the target offers no STARTTLS');
  await send('STARTTLS\r\n');
  await expectSmtp(lines(), '220', 'STARTTLS');
}

/** The texts of an answer: `250-` before each line but the last. */
async function expectSmtp(lines: Lines, code: string, to: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for (;;) {
    const line = await nextLine(lines, to);
    const [, got, mark, text = ''] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
    if (got === undefined) throw new ProbeFailure(`no SMTP came in answer to ${to}`);
    if (got !== code) throw new ProbeFailure(`status ${got} in answer to ${to}, expected ${code}`);
    texts.push(text);
    if (mark !== '-') return texts;
  }
}

/** RFC 9051. */
async function askImap({ send, lines }: Conversation): Promise<void> {
  const greeting = await nextLine(lines(), 'its greeting');
  if (!/^\* OK\b/i.test(greeting)) throw new ProbeFailure('no greeting of IMAP came');
  await send('a1 STARTTLS\r\n');
  let answer = await nextLine(lines(), 'STARTTLS');
  // What is marked with a star is told unasked.
  while (answer.startsWith('* ')) answer = await nextLine(lines(), 'STARTTLS');
  if (!/^a1 OK\b/i.test(answer)) throw new ProbeFailure('the target refuses STARTTLS');
}

/** Length and code of an SSLRequest. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

async function askPostgres({ send, lines }: Conversation): Promise<void> {
  await send(SSL_REQUEST);
  const answer = await lines().byte();
  if (answer === undefined) throw new ProbeFailure('connection closed in answer to the request for TLS');
  if (answer === 'N') throw new ProbeFailure('the target offers no TLS');
  if (answer !== 'S') throw new ProbeFailure('no PostgreSQL came in answer to the request for TLS');
}

async function nextLine(lines: Lines, to: string): Promise<string> {
  const line = await lines.next();
  if (line === undefined) throw new ProbeFailure(`connection closed in answer to ${to}`);
  return line;
}
