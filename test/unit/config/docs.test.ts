import { expect, test } from 'vitest';
import { findStale } from '../../../exporter/cli/docs.ts';
import { describeConfig } from '../../../exporter/config/schema.ts';
import { formatPath, listOptions } from '../../../exporter/config/tree.ts';

test('the references and the JSON Schema are those of the code: `harborlight docs` writes them', async () => {
  expect((await findStale()).map(({ name }) => name)).toEqual([]);
});

test('every option says what it is for', () => {
  const silent = listOptions(describeConfig()).filter(({ node }) => node.description === undefined);
  expect(silent.map(({ path }) => formatPath(path))).toEqual([]);
});

test('an option that holds a secret has one for a file beside it, or holds hashes', () => {
  const options = listOptions(describeConfig());
  const paths = new Set(options.map(({ path }) => formatPath(path)));
  const secrets = options
    .filter(({ node }) => node.writeOnly === true && node.format !== 'path')
    .map(({ path }) => formatPath(path));
  expect(secrets).toEqual([
    'listen.auth.bearer_token',
    'probes[].body',
    'probes[].send_expect[].send',
    'heartbeats[].token',
    'alerts.webhook.bearer_token',
  ]);
  expect(secrets.every((path) => paths.has(`${path}_file`))).toBe(true);
});
