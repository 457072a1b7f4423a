import type { Surroundings } from '../../config/fields.ts';
import { ipOption } from '../net/ip-option.ts';
import { tlsOptions } from '../net/tls-options.ts';
import type { OnContainer } from '../probe-kind.ts';

/** Options of a kind that greets a server on a port of its own. */
export function serverOptions(surroundings: Surroundings) {
  return { ip: ipOption(), tls: tlsOptions(surroundings).exactOptional() };
}

/** The same on a container, whose label says the port. */
export function serverOnContainer(defaultPort: number): OnContainer {
  return {
    value: 'port',
    defaultPort,
    options: ['tls.verify'],
    targetOf: ({ address, port }) => `${address}:${port}`,
  };
}
