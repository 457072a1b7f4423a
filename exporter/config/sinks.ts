import { z } from 'zod';
import { durationWithin, file, oneOrMore, rule, type Surroundings, sizeWithin, timeout } from './fields.ts';
import { LOGIN_PASSWORD, plainUser, secretFile, TOKEN } from './secret-file.ts';
import { certificateRule } from './tls.ts';
import { isMapping } from './tree.ts';

const DAY_MS = 86_400_000;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Where documents go, each with a place of its own in the spool. */
export function sinks(surroundings: Surroundings) {
  return z
    .array(
      z.discriminatedUnion('kind', [
        fileSink(),
        elasticsearchSink(surroundings),
        logstashSink(surroundings),
        stdoutSink(),
      ]),
    )
    .superRefine(refuseSameSinks, { when: () => true })
    .prefault([{ kind: 'file' }])
    .describe('Where documents go. Default: files under `paths.data`.')
    .transform((list) => list.map((sink) => ({ ...sink, name: sink.name ?? sink.kind })));
}

function fileSink() {
  return z.strictObject({
    name: sinkName(),
    kind: z.literal('file').describe('NDJSON files in `documents` under `paths.data`, one a dataset and day.'),
    keep: durationWithin({
      leastMs: DAY_MS,
      mostMs: 400 * DAY_MS,
      title: 'a duration from 1d to 400d',
      description: 'How long files are kept.',
    }).prefault('7d'),
    max_size: sizeWithin({
      leastBytes: 16 * MIB,
      mostBytes: 2 ** 20 * GIB,
      title: 'a size from 16MiB, such as 1GiB',
      description: 'Of all files together; beyond it the oldest go.',
    }).prefault('1GiB'),
    spool: spoolShare(),
  });
}

function elasticsearchSink(surroundings: Surroundings) {
  return z
    .strictObject({
      name: sinkName(),
      kind: z.literal('elasticsearch').describe('Elasticsearch from 7.17 on, or OpenSearch from 2.7 on.'),
      ...remote(surroundings),
      auth: storeAuth(surroundings).exactOptional(),
      gzip: z.boolean().default(true).describe('Sends compressed: a tenth of the bytes, for some processor time.'),
    })
    .check(rule(fitsTls, '`tls` only with https:// URLs', ['tls']));
}

function logstashSink(surroundings: Surroundings) {
  return z
    .strictObject({
      name: sinkName(),
      kind: z.literal('logstash').describe('The http input of the pipeline in `logstash/`, which needs Elasticsearch.'),
      ...remote(surroundings),
      auth: basicAuth(surroundings).exactOptional(),
    })
    .check(rule(fitsTls, '`tls` only with https:// URLs', ['tls']));
}

function stdoutSink() {
  return z.strictObject({
    name: sinkName(),
    kind: z.literal('stdout').describe('NDJSON among the log lines of this process.'),
    spool: spoolShare(),
  });
}

function remote(surroundings: Surroundings) {
  return {
    url: oneOrMore(storeUrl(), 'a URL or a list of URLs', 'Nodes of one cluster: when one fails, the next is asked.', {
      format: 'uri',
    }),
    tls: z
      .strictObject({
        ca_file: file(surroundings, "Authority that signed the server's certificate (PEM).").exactOptional(),
        fingerprint: z
          .string()
          .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, { error: 'the SHA-256 of a certificate, in hex' })
          .exactOptional()
          .describe("SHA-256 of the server's certificate or of its authority's, as Elasticsearch prints it."),
      })
      .check(certificateRule())
      .exactOptional(),
    timeout: timeout('Of one request.').prefault('30s'),
    spool: spoolShare(),
  };
}

function sinkName() {
  return z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, { error: 'a name of up to 32 letters, digits, dashes and underscores' })
    .exactOptional()
    .describe('Value of the label `sink`; its place in the spool goes by it. Default: its kind.');
}

function spoolShare() {
  return sizeWithin({
    leastBytes: 16 * MIB,
    mostBytes: 2 ** 20 * GIB,
    title: 'a size from 16MiB, such as 1GiB',
    description: 'What may wait for this sink; beyond it it loses the oldest. Default: `spool.max_size`.',
  }).exactOptional();
}

function storeUrl() {
  return z.string().superRefine((text, context) => {
    const expected = expectedOfUrl(text);
    if (expected !== undefined) context.addIssue({ code: 'custom', message: expected });
  });
}

/** What is wrong with it, without repeating it: it may hold a password anywhere. */
function expectedOfUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:\/\//.test(text)) return 'a URL that starts with http:// or https://';
  if (url.username !== '' || url.password !== '') return 'a URL without credentials: they belong into files (`auth`)';
  return url.search === '' && url.hash === '' ? undefined : 'a URL without query and fragment';
}

function storeAuth(surroundings: Surroundings) {
  return z
    .strictObject({
      ...basicLogin(surroundings),
      api_key_file: secretFile(surroundings, 'File with an API key, encoded as it was given.', TOKEN).exactOptional(),
      bearer_token_file: secretFile(surroundings, 'File with a bearer token.', TOKEN).exactOptional(),
    })
    .check(rule(isOneLogin, '`api_key_file`, or `user` and `password_file`, or `bearer_token_file`'), plainUser());
}

function basicAuth(surroundings: Surroundings) {
  return z.strictObject(basicLogin(surroundings)).check(rule(isOneLogin, '`user` and `password_file`'), plainUser());
}

function basicLogin(surroundings: Surroundings) {
  return {
    user: z.string().min(1).exactOptional().describe('Name of a basic login.'),
    password_file: secretFile(surroundings, 'File with its password.', LOGIN_PASSWORD).exactOptional(),
  };
}

function isOneLogin(value: unknown): boolean {
  if (!isMapping(value)) return true;
  const has = (name: string) => value[name] !== undefined;
  if (has('user') !== has('password_file')) return false;
  return [has('user'), has('api_key_file'), has('bearer_token_file')].filter(Boolean).length === 1;
}

function fitsTls(value: unknown): boolean {
  if (!isMapping(value) || value['tls'] === undefined) return true;
  return [value['url']].flat().every((url) => String(url).startsWith('https://'));
}

/** A place in the spool goes by the name, and two would share it. */
function refuseSameSinks(list: unknown, context: z.RefinementCtx): void {
  const nameOf = (sink: unknown) => (isMapping(sink) ? (sink['name'] ?? sink['kind']) : undefined);
  const names = Array.isArray(list) ? list.map(nameOf) : [];
  for (const [at, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name === undefined || first === at) continue;
    const message = `a name of its own: sinks[${first}] has the same`;
    context.addIssue({ code: 'custom', message, path: [at, 'name'] });
  }
}
