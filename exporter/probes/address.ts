import { isIP } from 'node:net';
import { z } from 'zod';

export interface HostAndPort {
  /** A name or an address, IPv6 without its brackets. */
  readonly host: string;
  readonly port: number;
}

const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s/@:[\]]+)):(\d{1,5})$/;

/** An option that takes `host:port`. */
export function addressWithPort(description: string) {
  return z
    .string()
    .refine((text) => readAddress(text) !== undefined)
    .meta({ title: 'HOST:PORT, an IPv6 address in brackets', description });
}

/** Undefined when the text is no `host:port`. */
export function readAddress(text: string): HostAndPort | undefined {
  const [, v6, name, digits] = HOST_AND_PORT.exec(text) ?? [];
  const port = Number(digits);
  const host = v6 ?? name;
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return v6 !== undefined && isIP(v6) !== 6 ? undefined : { host, port };
}

/** Of a target that the option took. Throws on any other text. */
export function splitAddress(text: string): HostAndPort {
  const address = readAddress(text);
  if (address === undefined) throw new Error('a probe was given a target that is no HOST:PORT');
  return address;
}
