import { expect, test, vi } from 'vitest';
import { ask, serveRaw } from './http-bed.ts';

type Redirects = Readonly<Record<string, readonly [status: number, location: string]>>;

/** Answers a path with a status and a location, all others with 200. */
const serveRedirects = async (redirects: Redirects) => {
  const heads: string[] = [];
  const listening = await serveRaw((socket, head) => {
    heads.push(head);
    const found = redirects[head.split(' ')[1] ?? ''];
    if (found === undefined) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone');
    else socket.end(`HTTP/1.1 ${found[0]} Moved\r\nLocation: ${found[1]}\r\nContent-Length: 0\r\n\r\n`);
  });
  return { ...listening, heads, asked: () => heads.map((head) => head.split(' ').slice(0, 2).join(' ')) };
};

test('relative redirects are followed, each on a connection of its own', async () => {
  const server = await serveRedirects({ '/a/b': [302, '../c?d=1#f'], '/c?d=1': [308, '/e'] });
  const { success, details, steps } = await ask(`${server.url}a/b`);
  expect(success).toBe(true);
  expect(details.http).toMatchObject({ redirects: 2, statusCode: 200, uncompressedBodyBytes: 4 });
  expect(server.asked()).toEqual(['GET /a/b', 'GET /c?d=1', 'GET /e']);
  expect(steps.filter(({ text }) => text.startsWith('connected'))).toHaveLength(3);
  await vi.waitFor(() => expect(server.open.size).toBe(0));
});

test('one that is not to be followed is the answer', async () => {
  const server = await serveRedirects({ '/': [302, '/next'] });
  const result = await ask(server.url, { follow_redirects: false });
  expect(result.failure).toBe('status 302, expected 200-299');
  expect(result.details.http).toMatchObject({ statusCode: 302, redirects: 1 });
  expect((await ask(server.url, { follow_redirects: false, expect: { status: 302 } })).success).toBe(true);
  expect(server.asked()).toEqual(['GET /', 'GET /']);
});

test.each([
  [301, 'POST', 'GET'],
  [302, 'PUT', 'GET'],
  [303, 'POST', 'GET'],
  [303, 'HEAD', 'HEAD'],
  [307, 'POST', 'POST'],
  [308, 'DELETE', 'DELETE'],
] as const)('after %d what was %s is %s', async (status, before, after) => {
  const server = await serveRedirects({ '/': [status, '/next'] });
  const hasBody = before !== 'HEAD';
  await ask(server.url, {
    method: before,
    headers: { 'Content-Type': 'text/x' },
    ...(hasBody && { body: 'the body' }),
  });
  const [, second = ''] = server.heads;
  expect(second).toMatch(new RegExp(`^${after} /next `));
  const keeps = hasBody && before === after;
  expect([second.includes('Content-Type'), second.includes('the body')]).toEqual([keeps, keeps]);
});

test('a redirect that does not say where to is the answer', async () => {
  const { url } = await serveRaw((socket) => socket.end('HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n'));
  const result = await ask(url);
  expect([result.failure, result.details.http?.redirects]).toEqual(['status 301, expected 200-299', 0]);
});

test.each([
  ['file:///etc/passwd', 'redirected to a URL of file: which is not followed'],
  ['javascript:alert(1)', 'redirected to a URL of javascript: which is not followed'],
  ['gopher://127.0.0.1:6379/x', 'redirected to a URL of gopher: which is not followed'],
  ['http://[::1', 'redirected to what is no URL'],
  ['https://127.0.0.1:99999/', 'redirected to what is no URL'],
])('a redirect to %s is not followed', async (location, failure) => {
  const server = await serveRedirects({ '/': [302, location] });
  const result = await ask(server.url);
  expect([result.success, result.failure]).toEqual([false, failure]);
  expect(result.details.http).toMatchObject({ statusCode: 0, redirects: 1 });
});

test('a loop ends after ten redirects and is told as one', async () => {
  const server = await serveRedirects({ '/': [302, '/b'], '/b': [302, '/'] });
  const result = await ask(server.url);
  expect(result.failure).toBe('redirected more than 10 times, in a loop');
  expect(result.details.http).toMatchObject({ statusCode: 302, redirects: 11 });
  expect(server.heads).toHaveLength(11);
});

test('a chain without a loop ends after ten redirects too', async () => {
  const numbers = Array.from({ length: 30 }, (_, at) => [`/${at}`, [302, `/${at + 1}`]] as const);
  const server = await serveRedirects(Object.fromEntries(numbers));
  expect((await ask(`${server.url}0`)).failure).toBe('redirected more than 10 times');
  expect((await ask(`${server.url}20`)).success).toBe(true);
});

test('one to an address that is refused goes nowhere', async () => {
  const inner = await serveRedirects({});
  const outer = await serveRedirects({ '/': [302, `http://localhost.test:${inner.port}/`] });
  const looked: string[] = [];
  const result = await ask(
    outer.url.replace('127.0.0.1', 'shop.test'),
    {},
    {
      network: {
        lookup: (name) => {
          looked.push(name);
          return Promise.resolve([name === 'shop.test' ? '127.0.0.1' : '127.0.0.2']);
        },
        refuses: (address) => (address === '127.0.0.2' ? 'a loopback address' : undefined),
      },
    },
  );
  expect(result.failure).toBe('127.0.0.2 is refused: a loopback address');
  expect(result.details).toMatchObject({ address: { hash: 3_668_918_509 }, http: { statusCode: 0, redirects: 1 } });
  expect([looked, inner.heads]).toEqual([['shop.test', 'localhost.test'], []]);
});

test('one to another port is not followed where only one is allowed', async () => {
  const inner = await serveRedirects({});
  const outer = await serveRedirects({ '/': [302, inner.url], '/own': [302, '/good'] });
  const network = { onlyPort: outer.port };
  expect((await ask(outer.url, {}, { network })).failure).toBe(`port ${inner.port} is refused`);
  expect((await ask(`${outer.url}own`, {}, { network })).success).toBe(true);
  expect(inner.heads).toEqual([]);
});

test('to another origin go neither login nor configured headers, and they do not come back', async () => {
  const home = await serveRedirects({});
  const other = await serveRedirects({ '/other': [302, `http://one.test:${home.port}/back`] });
  const first = await serveRedirects({ '/': [302, '/same'], '/same': [302, `http://two.test:${other.port}/other`] });
  const headers = {
    Authorization: 'Bearer s3cret',
    Cookie: 'session=s3cret',
    'X-Api-Key': 's3cret',
    'User-Agent': 'us',
    Host: 'shop.test',
  };
  const { success } = await ask(first.url, { headers });
  expect(success).toBe(true);
  expect(first.heads.map((head) => head.match(/s3cret/g)?.length)).toEqual([3, 3]);
  for (const head of [...other.heads, ...home.heads]) {
    expect(head).toContain('User-Agent: us');
    expect(head).not.toMatch(/s3cret|shop\.test/);
  }
  expect([other.heads.length, home.heads.length]).toEqual([1, 1]);
});

test('a body is not given to another origin', async () => {
  const other = await serveRedirects({});
  const first = await serveRedirects({ '/': [307, other.url] });
  const result = await ask(first.url, { method: 'POST', body: 's3cret' });
  expect(result.failure).toBe(`redirected by 307 to ${other.url}: another origin does not get the body`);
  expect(other.heads).toEqual([]);
});

test('credentials that a redirect brings are not used', async () => {
  const other = await serveRedirects({});
  const first = await serveRedirects({ '/': [302, other.url.replace('http://', 'http://ops:s3cret@')] });
  const result = await ask(first.url);
  expect(result.success).toBe(true);
  expect(other.heads.join()).not.toMatch(/authorization/i);
  expect(JSON.stringify(result)).not.toContain('s3cret');
});
