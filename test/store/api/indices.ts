import type { Cluster, DataStream } from '../cluster/cluster.ts';
import type { Index } from '../cluster/indices.ts';
import { nestSettings, parseSettings } from '../cluster/settings.ts';
import { fitsGlob } from '../globs.ts';
import { asObject, type JsonObject } from '../json.ts';
import { writeMapping } from '../mapping/write-mapping.ts';
import { illegalArgument, indexNotFound, StoreError } from '../store-error.ts';
import { acknowledged, ok, type Route, readJson, type StoreAnswer, type StoreRequest } from './route.ts';

/** Indices and data streams themselves. */
export const indexRoutes: readonly Route[] = [
  {
    methods: ['PUT'],
    path: '/:index',
    handle: (request, cluster) => {
      const { name } = cluster.createPlain(request.params['index'] ?? '', readJson(request));
      return ok({ acknowledged: true, shards_acknowledged: true, index: name });
    },
  },
  {
    methods: ['DELETE'],
    path: '/:index',
    handle: ({ params }, cluster) => {
      for (const { name } of cluster.resolve(params['index'] ?? '')) cluster.removeIndex(name);
      return acknowledged;
    },
  },
  ...(
    [
      [
        '/:index',
        (index) => ({ aliases: aliasesOf(index), mappings: writeMapping(index.mapping), settings: settingsOf(index) }),
      ],
      ['/:index/_mapping', (index) => ({ mappings: writeMapping(index.mapping) })],
      ['/:index/_settings', (index) => ({ settings: settingsOf(index) })],
      ['/:index/_alias', (index) => ({ aliases: aliasesOf(index) })],
    ] satisfies [string, (index: Index) => JsonObject][]
  ).map(
    ([path, describe]): Route => ({
      methods: ['GET', 'HEAD'],
      path,
      handle: ({ params }, cluster) =>
        ok(
          Object.fromEntries(cluster.resolve(params['index'] ?? '_all').map((index) => [index.name, describe(index)])),
        ),
    }),
  ),
  { methods: ['PUT'], path: '/:index/_settings', handle: (request, cluster) => changeSettings(request, cluster) },
  {
    methods: ['GET'],
    path: '/_resolve/index/:index',
    handle: ({ params }, { streams, indices }) => {
      const fits = ({ name }: { readonly name: string }) => fitsGlob(params['index'] ?? '', name);
      const found = [...indices.values()].filter((index) => fits(index) && index.stream === undefined);
      return ok({
        indices: found.map(({ name }) => ({ name, attributes: ['open'] })),
        aliases: [],
        data_streams: [...streams.values()].filter(fits).map(({ name, indices: backing }) => ({
          name,
          backing_indices: backing.map((index) => index.name),
          timestamp_field: '@timestamp',
        })),
      });
    },
  },
  { methods: ['POST'], path: '/:index/_rollover', handle: (request, cluster) => rollover(request, cluster) },
  {
    methods: ['PUT'],
    path: '/_data_stream/:name',
    handle: ({ params }, cluster) => {
      cluster.createStream(params['name'] ?? '');
      return acknowledged;
    },
  },
  {
    methods: ['DELETE'],
    path: '/_data_stream/:name',
    handle: ({ params }, cluster) => {
      for (const { name } of findStreams(cluster, params['name'])) cluster.removeStream(name);
      return acknowledged;
    },
  },
  ...['/_data_stream', '/_data_stream/:name'].map(
    (path): Route => ({
      methods: ['GET'],
      path,
      handle: ({ params }, cluster) =>
        ok({ data_streams: findStreams(cluster, params['name']).map((stream) => describeStream(stream, cluster)) }),
    }),
  ),
];

const aliasesOf = ({ aliases }: Index): JsonObject => Object.fromEntries(aliases.map((alias) => [alias, {}]));

const settingsOf = ({ name, uuid, settings, createdAtMs, block }: Index): JsonObject =>
  nestSettings({
    'index.number_of_shards': '1',
    'index.number_of_replicas': '1',
    ...settings,
    ...(block !== 'none' && { [`index.blocks.${block}`]: 'true' }),
    'index.creation_date': String(createdAtMs),
    'index.provided_name': name,
    'index.uuid': uuid,
  });

const changeSettings = (request: StoreRequest, cluster: Cluster): StoreAnswer => {
  const changed = parseSettings(cluster.flavour, readJson(request), false);
  const nulls = JSON.stringify(readJson(request)).includes(':null');
  for (const index of cluster.resolve(request.params['index'] ?? '_all')) {
    if (changed['index.blocks.write'] === 'true') index.block = 'write';
    else if (changed['index.blocks.read_only_allow_delete'] === 'true') index.block = 'read_only_allow_delete';
    else if (nulls || Object.keys(changed).some((name) => name.startsWith('index.blocks.'))) index.block = 'none';
  }
  return acknowledged;
};

const rollover = (request: StoreRequest, cluster: Cluster): StoreAnswer => {
  const conditions = asObject(readJson(request)['conditions']);
  const stream = findRolloverTarget(cluster, request.params['index'] ?? '', conditions);
  const old = stream.indices.at(-1)?.name;
  const dryRun = request.query.get('dry_run') === 'true';
  const met = fulfilled(conditions, stream);
  const rolls = !dryRun && (Object.keys(met).length === 0 || Object.values(met).includes(true));
  const isNewer = cluster.flavour.product === 'elasticsearch' && cluster.flavour.major >= 8;
  return ok({
    acknowledged: rolls,
    shards_acknowledged: rolls,
    old_index: old,
    new_index: rolls ? cluster.rollover(stream.name).name : old,
    rolled_over: rolls,
    dry_run: dryRun,
    ...(isNewer && { lazy: false }),
    conditions: met,
  });
};

const findRolloverTarget = (cluster: Cluster, target: string, conditions: JsonObject): DataStream => {
  if (cluster.flavour.product === 'opensearch' && 'max_primary_shard_size' in conditions) {
    throw new StoreError(400, 'x_content_parse_exception', '[1:1] [conditions] unknown field [max_primary_shard_size]');
  }
  const stream = cluster.streams.get(target);
  if (stream !== undefined) return stream;
  if (!cluster.indices.has(target)) throw noRolloverTarget(cluster, target);
  throw illegalArgument(
    `rollover target [${target}] is a [concrete index] but one of [alias,data_stream] was expected`,
  );
};

const noRolloverTarget = ({ flavour }: Cluster, target: string): StoreError =>
  flavour.product === 'opensearch' || flavour.major === 7
    ? illegalArgument(`rollover target [${target}] does not exist`)
    : new StoreError(404, 'resource_not_found_exception', `rollover target [${target}] does not exist`);

/** Of the conditions only the number of documents can be met here. */
const fulfilled = (conditions: JsonObject, { indices }: DataStream): Readonly<Record<string, boolean>> =>
  Object.fromEntries(
    Object.entries(conditions).map(([name, limit]) => [
      `[${name}: ${String(limit)}]`,
      name === 'max_docs' && (indices.at(-1)?.documents.size ?? 0) >= Number(limit),
    ]),
  );

const findStreams = ({ streams }: Cluster, name: string | undefined): readonly DataStream[] => {
  const found = [...streams.values()].filter((stream) => name === undefined || fitsGlob(name, stream.name));
  if (found.length === 0 && name !== undefined && !name.includes('*')) throw indexNotFound(name);
  return found;
};

const describeStream = ({ name, indices, generation, template }: DataStream, { resources }: Cluster): JsonObject => {
  const lifecycle = resources.get(`data-stream-lifecycle/${name}`);
  return {
    name,
    timestamp_field: { name: '@timestamp' },
    indices: indices.map((index) => ({ index_name: index.name, index_uuid: index.uuid })),
    generation,
    status: 'GREEN',
    template,
    ...(lifecycle !== undefined && { lifecycle }),
  };
};
