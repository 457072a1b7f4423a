import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';

export interface NameServer {
  /** As a resolver in the configuration: ADDRESS:PORT. */
  readonly address: string;
  /** The names that A records were asked for, in the order of the questions. */
  readonly asked: readonly string[];
  readonly stop: () => Promise<void>;
}

/**
 * A name server on loopback that knows A records only. Each question takes the next of a name's answers, the last one for
 * ever: how a name server rebinds a name.
 */
export const startNameServer = async (
  answers: Readonly<Record<string, readonly (readonly string[])[]>>,
): Promise<NameServer> => {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, { address, port }) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    if (question === undefined) return;
    const { name, type } = question;
    const turn = asked.filter((one) => one === name).length;
    if (type === 'A') asked.push(name);
    const found = type === 'A' ? (answers[name]?.[turn] ?? answers[name]?.at(-1) ?? []) : [];
    const records = found.map((data) => ({ type: 'A' as const, name, ttl: 0, data }));
    socket.send(
      encode({ type: 'response', ...(id !== undefined && { id }), questions, answers: records }),
      port,
      address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    stop: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
};
