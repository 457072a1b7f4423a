import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { StoreAddress } from '../documents/store/address.ts';
import type { StoreAuth } from '../documents/store/auth.ts';
import { setUpKibana } from '../setup/set-up-kibana.ts';
import { setUpStore } from '../setup/set-up-store.ts';
import { SetupError } from '../setup/setup-error.ts';
import type { SetupOptions } from '../setup/setup-step.ts';
import { createStoreClient, type StoreClient } from '../setup/store-client.ts';
import type { CliCommand, CliContext, ExitCode } from './command.ts';
import { createLoader, defineConfigOptions, printFaults } from './config-options.ts';
import { createSetupPrinter, type SetupPrinter } from './setup-printer.ts';
import { type SetupSink, sinksToSetUp } from './setup-sinks.ts';

export const setup: CliCommand = {
  name: 'setup',
  summary:
    'Install templates, lifecycles and Kibana data views where the sinks write to. A second run changes nothing.',
  define: (command) => {
    defineConfigOptions(command);
    defineSetupOptions(command);
  },
  run: async (context, options) => {
    const parsed = Options.parse(options);
    const auth = readAuth(parsed, context);
    if (typeof auth === 'string') return refuse(context, auth);
    const kibanaUrls = parsed.kibanaUrl ?? [];
    const wrongUrl = kibanaUrls.find((url) => !isWebUrl(url));
    if (wrongUrl !== undefined) return refuse(context, '--kibana-url takes an http or https URL');
    const loaded = await createLoader(context, options)();
    if (!loaded.ok) {
      printFaults(context, loaded.faults);
      return 2;
    }
    const targets = targetsOf(sinksToSetUp(loaded.config), kibanaUrls, auth);
    if (typeof targets === 'string') return refuse(context, targets);
    return setUpAll({ context, options: parsed, targets });
  },
};

function defineSetupOptions(command: Command): void {
  command
    .option('--dry-run', 'tell what would be changed, and change nothing')
    .option('--json', 'print a line of JSON for each step')
    .option('--role', 'put the role that a sink needs, too; without, it is printed')
    .option('--replace-lifecycle', 'set lifecycles that were changed in the store back to ours')
    .option('--kibana-url <url>', 'Kibana or OpenSearch Dashboards that gets the data views; may be repeated', collect)
    .option('--user <name>', "an administrator's name, in place of the sink's credentials")
    .option('--password-file <file>', 'the password of --user')
    .option('--api-key-file <file>', "an administrator's API key, in place of the sink's credentials");
}

const Options = z.object({
  dryRun: z.boolean().default(false),
  json: z.boolean().default(false),
  role: z.boolean().default(false),
  replaceLifecycle: z.boolean().default(false),
  kibanaUrl: z.array(z.string()).exactOptional(),
  user: z.string().exactOptional(),
  passwordFile: z.string().exactOptional(),
  apiKeyFile: z.string().exactOptional(),
});
type Options = z.infer<typeof Options>;

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Other credentials than the sinks', which should not have the right to all this; or what is wrong with them. */
function readAuth({ user, passwordFile, apiKeyFile }: Options, { cwd }: CliContext): StoreAuth | string | undefined {
  if ((user === undefined) !== (passwordFile === undefined)) return '--user and --password-file go together';
  if (user !== undefined && apiKeyFile !== undefined) return '--user or --api-key-file, not both';
  const file = passwordFile ?? apiKeyFile;
  if (file === undefined) return undefined;
  try {
    const text = readFileSync(resolve(cwd, file), 'utf8');
    if (user === undefined) return { apiKey: text.trim() };
    return { username: user, password: text.replace(/\r?\n$/, '') };
  } catch {
    return `${file} cannot be read`;
  }
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

function refuse({ stderr }: CliContext, message: string): ExitCode {
  stderr.write(`${message}\n`);
  return 2;
}

/** One that is set up, or the reason that it is not. */
type Target =
  | { readonly kind: 'store'; readonly title: string; readonly address: StoreAddress }
  | { readonly kind: 'kibana'; readonly title: string; readonly address: StoreAddress }
  | { readonly kind: 'note'; readonly title: string; readonly note: string };

function targetsOf(
  sinks: readonly SetupSink[],
  kibanaUrls: readonly string[],
  auth: StoreAuth | undefined,
): readonly Target[] | string {
  const withAuth = (address: StoreAddress) => ({ ...address, ...(auth && { auth }) });
  const targets = sinks.map((sink): Target => {
    const title = `sink ${sink.name}`;
    if (sink.kind === 'logstash') return { kind: 'note', title, note: LOGSTASH_NOTE };
    return { kind: 'store', title, address: withAuth(sink.address) };
  });
  const store = targets.find((target) => target.kind === 'store');
  if (kibanaUrls.length === 0) return targets;
  if (store === undefined) return '--kibana-url needs a sink of kind elasticsearch';
  return [...targets, ...kibanaUrls.map((url) => kibanaBeside(store.address, url))];
}

/** Kibana takes the credentials of the store that it shows; its certificate is another one, of the same authority perhaps. */
function kibanaBeside({ tls, ...address }: StoreAddress, url: string): Target {
  const ca = tls?.ca;
  const { origin } = new URL(url);
  return {
    kind: 'kibana',
    title: origin,
    address: { ...address, urls: [url], ...(ca !== undefined && { tls: { ca } }) },
  };
}

const LOGSTASH_NOTE =
  'left to you: start Logstash with the pipeline in logstash/. It needs Elasticsearch, for its output refuses OpenSearch; ' +
  'set that up by a sink of kind elasticsearch';

interface Run {
  readonly context: CliContext;
  readonly options: Options;
  readonly targets: readonly Target[];
}

/** Each by itself: one that cannot be set up does not keep the others from it. */
async function setUpAll({ context, options, targets }: Run): Promise<ExitCode> {
  const print = createSetupPrinter(context, options);
  if (targets.length === 0) print.note('sinks', 'nothing to set up, for none is of kind elasticsearch or logstash');
  let code: ExitCode = 0;
  for (const target of targets) {
    if (target.kind === 'note') print.note(target.title, target.note);
    else if (!(await setUpOne(target, { context, options, print }))) code = 1;
  }
  return code;
}

async function setUpOne(
  { kind, title, address }: Exclude<Target, { kind: 'note' }>,
  { context, options, print }: Omit<Run, 'targets'> & { readonly print: SetupPrinter },
): Promise<boolean> {
  const client = createStoreClient(address);
  try {
    for await (const step of stepsOf(kind, client, toSetupOptions(options), context.signal)) print.step(title, step);
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    print.failure(title, error.message);
    return false;
  } finally {
    await client.close();
  }
}

function toSetupOptions({ dryRun, role, replaceLifecycle }: Options): SetupOptions {
  return { dryRun, putRole: role, replaceLifecycle };
}

function stepsOf(kind: 'store' | 'kibana', client: StoreClient, options: SetupOptions, signal: AbortSignal) {
  return kind === 'store' ? setUpStore(client, options, signal) : setUpKibana(client, options, signal);
}
