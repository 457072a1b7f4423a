import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../config/temporary-folder.ts';
import { ask, listen, serveRaw, serveText } from './http-bed.ts';

const SECRET = 's3cret';
const BODY = `{"password":"${SECRET}"}`;
const answer = (status: string, more = '') =>
  `HTTP/1.1 ${status}\r\nSet-Cookie: id=${SECRET}\r\n${more}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** Of a run that sends secrets, gets some back, and is told of by whatever a run tells. */
const outcomes: readonly (readonly [string, string, object])[] = [
  ['a success', answer('200 OK'), {}],
  ['another status', answer(`500 ${SECRET}`), {}],
  ['a body that does not match', answer('200 OK'), { expect: { body: 'gone' } }],
  ['a body that matches', answer('200 OK'), { expect: { body_not: 'password' } }],
  [
    'a header that does not match',
    answer('200 OK'),
    { expect: { headers: [{ name: 'Set-Cookie', pattern: 'gone' }] } },
  ],
  ['JSON that is different', answer('200 OK'), { expect: { json: [{ path: 'password', equals: 'other' }] } }],
  ['no JSON', answer('200 OK').replace('{', '['), { expect: { json: [{ path: 'a', equals: 1 }] } }],
  ['a redirect elsewhere', answer('307 Moved', `Location: http://one.test:1/?token=${SECRET}\r\n`), {}],
  [
    'a redirect to nobody',
    answer('303 See Other', `Location: http://${SECRET}:${SECRET}@127.0.0.1:1/?${SECRET}\r\n`),
    {},
  ],
  ['a redirect to another scheme', answer('302 Found', `Location: ldap://${SECRET}\r\n`), {}],
  ['a redirect to what is no URL', answer('302 Found', `Location: http://[${SECRET}\r\n`), {}],
  ['what is not HTTP', `${SECRET} ${BODY}`, {}],
  ['a wrong length', answer('200 OK', `Content-Length: ${SECRET}\r\n`), {}],
  ['half a body', answer('200 OK').slice(0, -3), {}],
  ['a wrong compression', answer('200 OK', 'Content-Encoding: gzip\r\n'), { compression: 'gzip' }],
];

test.each(outcomes)('%s tells no secret', async (_name, text, given) => {
  const { url, heads } = await serveHeads(text);
  const password_file = join(temporaryFolder({ password: `${SECRET}\n` }), 'password');
  const headers = { Cookie: `session=${SECRET}`, 'X-Key': SECRET };
  const result = await ask(`${url}?token=${SECRET}`, {
    method: 'POST',
    body: BODY,
    headers,
    auth: { user: 'ops', password_file },
    ...given,
  });
  const sent = heads.join();
  expect(sent).toContain(`Basic ${Buffer.from(`ops:${SECRET}`).toString('base64')}`);
  expect(sent).toContain(BODY);
  const told = JSON.stringify(result);
  expect(told).not.toContain(SECRET);
  expect(told).not.toContain(Buffer.from(`ops:${SECRET}`).toString('base64'));
});

const serveHeads = async (text: string) => {
  const heads: string[] = [];
  const { url } = await serveRaw((socket, head) => {
    heads.push(head);
    socket.end(text);
  });
  return { url, heads };
};

test.each([
  ['nobody listens', 'http://127.0.0.1:1/'],
  ['nobody has the name', 'http://unknown.example/'],
])('where %s, no secret is told', async (_name, url) => {
  const result = await ask(`${url}?${SECRET}`, { headers: { Cookie: SECRET } });
  expect(result.success).toBe(false);
  expect(JSON.stringify(result)).not.toContain(SECRET);
});

test('where the time is up, no secret is told', async () => {
  const silent = await listen(createServer((socket) => socket.resume()));
  const tokenFile = join(temporaryFolder({ token: SECRET }), 'token');
  const result = await ask(silent.url, { auth: { bearer_token_file: tokenFile } }, { timeoutMs: 200 });
  expect(result.failure).toBe('no result within 0.2 s');
  expect(JSON.stringify(result)).not.toContain(SECRET);
});

test('a bearer token is sent as it is in its file, without the line break', async () => {
  const { url, heads } = await serveHeads(answer('200 OK'));
  const tokenFile = join(temporaryFolder({ token: `${SECRET}\r\n` }), 'token');
  expect((await ask(url, { auth: { bearer_token_file: tokenFile } })).success).toBe(true);
  expect(heads[0]).toContain(`authorization: Bearer ${SECRET}\r\n`);
  const plain = await serveText(answer('200 OK'));
  expect((await ask(plain.url)).success).toBe(true);
});
