import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptCost & { maxmem: number }, Buffer>(scrypt);

interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

// 32 MiB and some 60 ms a hash: dear for who guesses, bearable for a login that is then remembered.
const LOG2_N = 15;
const COST: ScryptCost = { N: 2 ** LOG2_N, r: 8, p: 1 };
const MAX_LOG2_N = 20;

// The PHC string format: $scrypt$ln=15,r=8,p=1$salt$hash, base64 without padding.
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** A salted hash to put under `listen.auth.users`; another one at each call. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, 32, withMemory(COST));
  return `$scrypt$ln=${LOG2_N},r=${COST.r},p=${COST.p}$${encode(salt)}$${encode(key)}`;
}

/** Takes the same time for every wrong password. Rejects when the hash is none. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const parsed = parseHash(hash);
  if (parsed === undefined) throw new Error('verify a password: not a scrypt hash');
  const key = await derive(password, parsed.salt, parsed.key.length, withMemory(parsed.cost));
  return timingSafeEqual(key, parsed.key);
}

export function isPasswordHash(text: string): boolean {
  return parseHash(text) !== undefined;
}

function parseHash(text: string): { cost: ScryptCost; salt: Buffer; key: Buffer } | undefined {
  const [, ln, r, p, salt = '', key = ''] = PHC.exec(text) ?? [];
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p) };
  if (!(cost.N > 1 && cost.N <= 2 ** MAX_LOG2_N && cost.r > 0 && cost.p > 0)) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

/** Node refuses more than 32 MiB unless told otherwise; scrypt needs 128·N·r and a little for its other blocks. */
function withMemory(cost: ScryptCost): ScryptCost & { maxmem: number } {
  return { ...cost, maxmem: 128 * cost.N * cost.r + 256 * cost.r * (cost.p + 1) + 1024 };
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
