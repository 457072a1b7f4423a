import { expect, test } from 'vitest';
import { createLogger, type LogOptions } from '../../../exporter/telemetry/logger.ts';

const aTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
const aString: unknown = expect.any(String);
const bothStacks: unknown = expect.stringMatching(
  /read stats of web-1\n {4}at [\s\S]*caused by: TypeError: socket closed\n {4}at /,
);

type Fields = Readonly<Record<string, unknown>>;

/** A logger that writes into memory. */
function createLog(overrides: Partial<LogOptions> = {}, isTTY = false) {
  const texts: string[] = [];
  const log = createLogger({
    level: 'info',
    format: 'auto',
    name: 'edge-monitor-1',
    destination: { isTTY, write: (text) => texts.push(text) },
    ...overrides,
  });
  // The JSON format writes one object a line.
  return { ...log, text: () => texts.join(''), lines: () => texts.map((text) => JSON.parse(text) as Fields) };
}

test('in a pipe a line is ECS JSON that says who speaks', () => {
  const { logger, lines } = createLog();
  logger.info({ 'url.path': '/metrics' }, 'listening');
  expect(lines()).toEqual([
    {
      '@timestamp': aTime,
      'log.level': 'info',
      message: 'listening',
      'ecs.version': aString,
      'event.dataset': 'harborlight.app',
      'host.hostname': aString,
      'process.pid': process.pid,
      'service.name': 'harborlight',
      'service.node.name': 'edge-monitor-1',
      'url.path': '/metrics',
    },
  ]);
});

test('on a terminal a line is for people', () => {
  const { logger, text } = createLog({}, true);
  logger.info({ host: 'edge-1' }, 'host is up');
  expect(text()).toMatch(/INFO.*host is up.*edge-1/);
  expect(text()).not.toContain('"@timestamp"');
});

test.each([
  ['json', true, true],
  ['pretty', false, false],
] as const)('the format %s is kept whatever the destination is', (format, isTTY, isJson) => {
  const { logger, text } = createLog({ format }, isTTY);
  logger.info('started');
  expect(text().startsWith('{')).toBe(isJson);
});

test('a pipe that asked for pretty gets no colours', () => {
  const { logger, text } = createLog({ format: 'pretty' });
  logger.warn('host unreachable');
  expect(text()).not.toContain('\u001b');
});

test('fields of ours stand under our own name, where no ECS mapping can clash', () => {
  const { logger, lines } = createLog();
  logger.child({ host: 'edge-1' }).warn({ reason: 'timeout' }, 'host unreachable');
  expect(lines()[0]).toMatchObject({ 'harborlight.host': 'edge-1', 'harborlight.reason': 'timeout' });
  expect(lines()[0]).not.toHaveProperty('host');
});

test('an error is logged with its type, its causes and both stacks, and nothing that hangs on it', () => {
  const { logger, lines } = createLog();
  const cause = Object.assign(new TypeError('socket closed'), { body: 'a whole answer' });
  logger.error({ err: new Error('read stats of web-1', { cause }) }, 'sample failed');
  expect(lines()[0]).toMatchObject({
    message: 'sample failed',
    error: {
      type: 'Error',
      message: 'read stats of web-1: socket closed',
      stack_trace: bothStacks,
    },
  });
  expect(JSON.stringify(lines())).not.toContain('a whole answer');
});

test('what is thrown without being an error is logged too', () => {
  const { logger, lines } = createLog();
  logger.error({ err: 'plain text' }, 'sample failed');
  expect(lines()[0]).toMatchObject({ 'error.message': 'plain text' });
});

test('the level changes at run time, for loggers made before as well', () => {
  const { logger, setLevel, lines } = createLog();
  const child = logger.child({ host: 'edge-1' });
  child.debug('before');
  setLevel('debug');
  child.debug('between');
  setLevel('error');
  logger.warn('after');
  expect(lines().map(({ message }) => message)).toEqual(['between']);
});

test.each(['json', 'pretty'] as const)('%s: text cannot move the cursor of who reads it', (format) => {
  const { logger, text } = createLog({ format });
  logger.info({ reason: 'a\u001b[2J\u009b31mb' }, 'said \u001b]0;title\u0007 and\ttab');
  // What is looked for is a control character.
  expect(text().replaceAll('\n', '').replaceAll('\t', '')).not.toMatch(/\p{Cc}|\\u00[019]/u);
});

const planted: readonly (readonly [string, Fields])[] = [
  ['a password', { password: 'SECRET-VALUE' }],
  ['a password in upper case', { DB_PASSWORD: 'SECRET-VALUE' }],
  ['a token, deep', { sink: { auth: { bearerToken: 'SECRET-VALUE' } } }],
  ['an API key', { api_key: 'SECRET-VALUE' }],
  ['headers', { headers: { 'x-anything': 'SECRET-VALUE' } }],
  ['an authorization header', { 'http.request.headers.authorization': 'SECRET-VALUE' }],
  ['a cookie', { Cookie: 'SECRET-VALUE' }],
  ['a container environment', { Config: { Env: ['A=SECRET-VALUE'] } }],
  ['an environment', { environment: { a: 'SECRET-VALUE' } }],
  ['credentials in a URL', { url: 'https://ops:SECRET-VALUE@es:9200/' }],
  ['an @ in them', { url: 'https://ops:p@SECRET-VALUE@es:9200/' }],
  ['a list of such URLs', { urls: ['ssh://ops:SECRET-VALUE@edge-3'] }],
  ['a bearer header in a text', { reason: 'sent Authorization: Bearer SECRET-VALUE-of-length' }],
  ['a basic header in a text', { reason: 'sent Basic U0VDUkVUSECRET-VALUE=' }],
  ['a variable in a text', { reason: 'exec: POSTGRES_PASSWORD=SECRET-VALUE psql' }],
  ['a query', { 'url.original': '/x?host=a&token=SECRET-VALUE' }],
  ['a private key', { privateKey: 'SECRET-VALUE' }],
  ['the message of an error', { err: new Error('GET https://ops:SECRET-VALUE@es:9200/ failed') }],
  ['the cause of an error', { err: new Error('send', { cause: new Error('https://ops:SECRET-VALUE@es:9200/') }) }],
  ['a property of an error', { err: Object.assign(new Error('send'), { options: { auth: 'SECRET-VALUE' } }) }],
];

test.each(planted.flatMap(([name, fields]) => [[name, 'json', fields] as const, [name, 'pretty', fields] as const]))(
  'R57: %s is not written (%s)',
  (_name, format, fields) => {
    const { logger, text } = createLog({ format });
    logger.info(fields, 'planted');
    logger.child(fields).info('planted as a binding');
    expect(text()).toContain('planted');
    expect(text()).not.toContain('SECRET-VALUE');
  },
);

test('R57: nor in the message itself', () => {
  const { logger, text } = createLog();
  logger.info('connected to https://ops:SECRET-VALUE@es:9200/');
  expect(text()).toContain('connected to https://[redacted]@es:9200/');
});
