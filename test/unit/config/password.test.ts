import { expect, test } from 'vitest';
import { hashPassword, isPasswordHash, verifyPassword } from '../../../exporter/config/password.ts';

test('a password is accepted by its own hash, another one is not', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await verifyPassword(hash, 'correct horse')).toBe(true);
  expect(await verifyPassword(hash, 'correct horsf')).toBe(false);
  expect(await verifyPassword(hash, '')).toBe(false);
});

test('two hashes of one password differ', async () => {
  expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
});

test('a hash of other costs is verified with those', async () => {
  // The third test vector of RFC 7914: N=16384, r=8, p=1.
  const key = Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'hex',
  );
  const hash = `$scrypt$ln=14,r=8,p=1$${unpadded(Buffer.from('SodiumChloride'))}$${unpadded(key)}`;
  expect(isPasswordHash(hash)).toBe(true);
  expect(await verifyPassword(hash, 'pleaseletmein')).toBe(true);
});

test.each([
  '',
  'secret',
  '$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe',
  '$scrypt$ln=0,r=8,p=1$Acjrz1OxoQOs0yWT6oI3ow$g/5lAd7ZT+PTLpDE1ArnmtQiTqzVqIcGEuP5kXALVFw',
  '$scrypt$ln=15,r=0,p=1$Acjrz1OxoQOs0yWT6oI3ow$g/5lAd7ZT+PTLpDE1ArnmtQiTqzVqIcGEuP5kXALVFw',
  '$scrypt$ln=15,r=8,p=1$Acjrz1OxoQOs0yWT6oI3ow$short',
  // 1 TiB of memory.
  '$scrypt$ln=30,r=8,p=1$Acjrz1OxoQOs0yWT6oI3ow$g/5lAd7ZT+PTLpDE1ArnmtQiTqzVqIcGEuP5kXALVFw',
])('%j is no hash, and no password fits it', async (text) => {
  expect(isPasswordHash(text)).toBe(false);
  await expect(verifyPassword(text, 'secret')).rejects.toThrow('not a scrypt hash');
});

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
