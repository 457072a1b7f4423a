import { at, installedIn, isSame } from './compare.ts';
import { type Installable, loadInstallables } from './installables.ts';
import { probeLifecycle, type StoreLifecycle } from './lifecycle.ts';
import { setUpRetention } from './retention.ts';
import type { SetupOptions, SetupStep } from './setup-step.ts';
import type { Answer, StoreClient } from './store-client.ts';
import { probeStore, refused, type StoreKind } from './store-kind.ts';

/**
 * Brings a store to what its documents need, one step after the other; what is as it should be is left alone, so a
 * second run changes nothing. Throws a `SetupError` where it cannot go on.
 */
export async function* setUpStore(
  client: StoreClient,
  options: SetupOptions,
  signal: AbortSignal,
): AsyncGenerator<SetupStep> {
  const store = await probeStore(client, signal);
  const lifecycle = await probeLifecycle(client, store, signal);
  yield { what: `${store.product} ${store.version}`, outcome: 'found' };
  for (const wanted of loadInstallables(store.variant)) {
    const step =
      isNeedless(wanted, lifecycle) ?? (await install({ client, options, store, lifecycle }, wanted, signal));
    if (step !== 'needless') yield step;
  }
  if (lifecycle === 'retention') yield* setUpRetention(client, options, signal);
}

interface Setting {
  readonly client: StoreClient;
  readonly options: SetupOptions;
  readonly store: StoreKind;
  readonly lifecycle: StoreLifecycle;
}

/** A data stream's own retention is for stores that have nothing else. */
function isNeedless({ name }: Installable, lifecycle: StoreLifecycle): 'needless' | undefined {
  return name.endsWith('@retention') && lifecycle !== 'retention' ? 'needless' : undefined;
}

async function install(setting: Setting, wanted: Installable, signal: AbortSignal): Promise<SetupStep> {
  const { client, options } = setting;
  const what = describe(wanted);
  const lack = lackOf(wanted, setting);
  if (lack !== undefined) return { what, outcome: 'left out', why: lack };
  const answer = await client.get(wanted.path, signal);
  if (wanted.kind === 'role' && isUnknownCall(answer)) return { what, outcome: 'left out', why: 'it has no security' };
  const there = answer.status === 404 ? undefined : installedIn(wanted, accepted(`read ${what}`, answer).body);
  const decision = decide(wanted, there, options);
  const isChange = decision.outcome === 'created' || decision.outcome === 'updated';
  if (isChange && !options.dryRun) await put(setting, wanted, answer, signal);
  return { what, ...decision };
}

function decide(
  wanted: Installable,
  there: unknown,
  { replaceLifecycle }: SetupOptions,
): Pick<SetupStep, 'outcome' | 'why'> {
  if (there === undefined) return { outcome: 'created' };
  if (isOwnersAlone(wanted) || isSame(wanted, there)) return { outcome: 'unchanged' };
  if (!isLifecycle(wanted) || replaceLifecycle) return { outcome: 'updated' };
  return {
    outcome: 'left out',
    why: 'it was changed here, and decides what is deleted; --replace-lifecycle puts ours',
  };
}

async function put({ client, store }: Setting, wanted: Installable, before: Answer, signal: AbortSignal) {
  const answer = await client.send(
    { method: 'PUT', path: wanted.path + versionQuery(before), body: JSON.stringify(bodyFor(store, wanted)) },
    signal,
  );
  accepted(`put ${describe(wanted)}`, answer);
}

function accepted(what: string, answer: Answer): Answer {
  if (answer.status === 200 || answer.status === 201) return answer;
  throw refused(what, answer);
}

/** ISM takes a change only of the version that was seen. */
function versionQuery({ body }: Answer): string {
  const [sequence, term] = [at(body, '_seq_no'), at(body, '_primary_term')];
  if (typeof sequence !== 'number' || typeof term !== 'number') return '';
  return `?if_seq_no=${sequence}&if_primary_term=${term}`;
}

/** Serverless has no nodes to set anything for. */
function bodyFor({ isServerless }: StoreKind, { name, body }: Installable): Installable['body'] {
  if (!isServerless || name !== 'harborlight@settings') return body;
  const mapping = at(body, 'template', 'settings', 'index', 'mapping');
  return { ...body, template: { settings: { index: { mapping } } } };
}

function lackOf(wanted: Installable, { lifecycle, options }: Setting): string | undefined {
  const { kind, name } = wanted;
  if (kind === 'role') return options.putRole ? undefined : printed(wanted);
  if (kind === 'ism') return lifecycle === 'ism' ? undefined : 'it has no ISM, so nothing is deleted';
  if ((kind !== 'ilm' && !name.endsWith('@ilm')) || lifecycle === 'ilm') return undefined;
  return lifecycle === 'retention'
    ? 'it has no ILM, so data streams get a retention'
    : 'it has no ILM, so nothing is deleted';
}

/** A call that the store does not know, or does not offer. */
function isUnknownCall({ status }: Answer): boolean {
  return status === 400 || status === 405 || status === 410;
}

/** Made once, empty, so that templates can name it: what is in it is its owner's. */
function isOwnersAlone({ name }: Installable): boolean {
  return name.endsWith('@custom');
}

function isLifecycle({ kind }: Installable): boolean {
  return kind === 'ilm' || kind === 'ism';
}

const NAMES = {
  ilm: 'ILM policy',
  ism: 'ISM policy',
  component: 'component template',
  template: 'index template',
  role: 'role',
} as const satisfies Record<Installable['kind'], string>;

function describe({ kind, name }: Installable): string {
  return `${NAMES[kind]} ${name}`;
}

function printed({ path, body }: Installable): string {
  return `--role puts it: PUT ${path} ${JSON.stringify(body)}`;
}
