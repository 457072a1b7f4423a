import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { CliContext } from '../../../exporter/cli/command.ts';
import { runCli } from '../../../exporter/cli/index.ts';
import { verifyPassword } from '../../../exporter/config/password.ts';
import { temporaryFolder } from '../config/temporary-folder.ts';
import { createContext } from './context.ts';

async function run(argv: readonly string[], given: Partial<CliContext> & { readonly input?: string } = {}) {
  const { context, out, err } = createContext({ argv, ...given });
  const code = await runCli(context);
  return { code, out: out(), err: err() };
}

const COMMANDS = ['start', 'check-config', 'setup', 'hash-password', 'docs'];

test('--help names every command', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
});

test.each(COMMANDS)('%s --help tells its options', async (name) => {
  const { code, out } = await run([name, '--help']);
  expect(code).toBe(0);
  expect(out).toContain(`Usage: harborlight ${name}`);
});

test('--version is that of the package', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
});

test.each([
  [[]],
  [['nope']],
  [['--nope']],
  [['check-config', '--nope']],
  [['check-config', 'more']],
  [['docs', '--check', 'x']],
])('wrong usage %j exits with 2 and says so on stderr only', async (argv) => {
  const { code, out, err } = await run(argv);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).not.toBe('');
});

test('check-config tells what would be watched', async () => {
  const cwd = temporaryFolder({
    'harborlight.yml': 'hosts: [{ name: edge, url: "https://10.0.0.2:2376" }]\ncollectors: { pids: false }',
  });
  expect(await run(['check-config', '--listen', '[::1]:80'], { cwd })).toEqual({
    code: 0,
    err: '',
    out: [
      'The configuration is good.',
      '  from        harborlight.yml, --listen',
      '  listen      http://[::1]:80, no login',
      '  host        edge, https://10.0.0.2:2376',
      '  include     *',
      '  exclude     nothing',
      '  collectors  all but pids',
      '',
    ].join('\n'),
  });
});

test('check-config takes a file, several hosts and a log level', async () => {
  const cwd = temporaryFolder({ 'other.yml': 'name: other' });
  const hosts = ['--host', 'tcp://a:2375', '--host', 'tcp://b:2375'];
  const { code, out } = await run(
    ['check-config', '--config', 'other.yml', ...hosts, '--log-level', 'debug', '--json'],
    { cwd },
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    ok: true,
    config: { name: 'other', log: { level: 'debug' }, hosts: [{ name: 'a' }, { name: 'b' }] },
    sources: ['other.yml', '--host', '--log-level'],
  });
});

test('check-config tells all faults and exits with 2', async () => {
  const cwd = temporaryFolder({ 'harborlight.yml': 'listen: { prot: 1 }\nlog: { level: loud }' });
  expect(await run(['check-config'], { cwd })).toEqual({
    code: 2,
    out: '',
    err: [
      '2 faults in the configuration:',
      '  harborlight.yml:1: listen.prot: expected a known option; did you mean listen.port?',
      '  harborlight.yml:2: log.level: expected one of debug, info, warn, error, got "loud"',
      '',
    ].join('\n'),
  });
});

test('start with a wrong configuration starts nothing, tells the faults and exits with 2', async () => {
  expect(await run(['start', '--log-level', 'loud'])).toEqual({
    code: 2,
    out: '',
    err: '1 fault in the configuration:\n  --log-level: log.level: expected one of debug, info, warn, error, got "loud"\n',
  });
});

test('start ends when it is asked to stop while its configuration is still being read', async () => {
  const cwd = temporaryFolder();
  const fifo = join(cwd, 'harborlight.yml');
  execFileSync('mkfifo', [fifo]);
  const stopping = new AbortController();
  const ended = run(['start'], { cwd, signal: stopping.signal });
  stopping.abort();
  expect(await ended).toEqual({ code: 0, out: '', err: '' });
  // Lets the thread go that waits for somebody to write.
  closeSync(openSync(fifo, 'r+'));
});

test('demo keeps its data in a folder of its own, which goes with it', async () => {
  const temporary = temporaryFolder();
  const cwd = temporaryFolder({ 'harborlight.yml': `paths: { data: "${temporary}/configured" }\nlisten: { port: 0 }` });
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const stopping = new AbortController();
  const ended = run(['demo'], { cwd, signal: stopping.signal });
  // Its engine makes containers, and so events, at the start.
  const written = () => readdirSync(temporary, { recursive: true }).filter((name) => String(name).endsWith('.ndjson'));
  await vi.waitFor(() => expect(written()).toContainEqual(expect.stringContaining('/harborlight.event-')), {
    timeout: 8000,
  });
  for (const path of written()) expect(path).toMatch(/^harborlight-demo-/);
  stopping.abort();
  expect((await ended).code).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
});

test('check-config --json prints faults as data', async () => {
  const { code, out } = await run(['check-config', '--json'], { env: { HARBORLIGHT_LOG_LEVEL: 'loud' } });
  expect(code).toBe(2);
  expect(JSON.parse(out)).toEqual({
    ok: false,
    faults: [
      {
        path: 'log.level',
        expected: 'one of debug, info, warn, error',
        given: '"loud"',
        origin: 'HARBORLIGHT_LOG_LEVEL',
      },
    ],
  });
});

test('nothing that check-config prints holds a secret', async () => {
  const env = { HARBORLIGHT_LISTEN_AUTH_BEARER_TOKEN: 's3cret' };
  for (const argv of [['check-config'], ['check-config', '--json']]) {
    const { code, out, err } = await run(argv, { env });
    expect(code).toBe(0);
    expect(out + err).not.toContain('s3cret');
  }
});

test('hash-password hashes what comes through a pipe, without its line end', async () => {
  const { code, out, err } = await run(['hash-password'], { input: 'pass word \n' });
  expect([code, err]).toEqual([0, '']);
  expect(await verifyPassword(out.trim(), 'pass word ')).toBe(true);
});

test('hash-password without a password exits with 2', async () => {
  expect(await run(['hash-password'], { input: '\n' })).toEqual({
    code: 2,
    out: '',
    err: 'no password on standard input\n',
  });
});

test('hash-password on a terminal asks, and does not show what is typed', async () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  stdin.write('typed\r');
  const { code, out, err } = await run(['hash-password'], { stdin });
  expect([code, err]).toEqual([0, 'Password: \n']);
  expect(out).not.toContain('typed');
  expect(await verifyPassword(out.trim(), 'typed')).toBe(true);
});

test('hash-password on a terminal ends at Ctrl-C', async () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  stdin.write('half a passwo\u0003');
  expect(await run(['hash-password'], { stdin })).toMatchObject({ code: 2, out: '' });
});

test('hash-password ends when the process is asked to stop', async () => {
  const stopping = new AbortController();
  const ended = run(['hash-password'], { signal: stopping.signal });
  stopping.abort();
  expect(await ended).toEqual({ code: 1, out: '', err: '' });
});

test('docs --check finds the references as they are', async () => {
  expect(await run(['docs', '--check'])).toEqual({ code: 0, out: '', err: '' });
});
