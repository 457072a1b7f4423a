import type { FlavourFacts } from '../flavour.ts';
import { fitsGlob } from '../globs.ts';
import type { StoreFeature } from '../index.ts';
import { asObject, type JsonObject } from '../json.ts';
import { illegalArgument, indexNotFound, StoreError } from '../store-error.ts';
import { createIndex, type Index } from './indices.ts';
import { createTemplates, type Templates } from './templates.ts';

export interface DataStream {
  readonly name: string;
  readonly template: string;
  /** The oldest first; the last one is written to. */
  readonly indices: Index[];
  readonly failureStore: boolean;
  generation: number;
  failureIndex: Index | undefined;
}

/** What a store holds. */
export interface Cluster {
  readonly flavour: FlavourFacts;
  readonly lacks: (feature: StoreFeature) => boolean;
  readonly templates: Templates;
  readonly indices: ReadonlyMap<string, Index>;
  readonly streams: ReadonlyMap<string, DataStream>;
  /** Kept by their kind and name: lifecycle policies, roles … */
  readonly resources: Map<string, JsonObject>;
  /** Of what a name, an alias, a list with commas or a pattern stands for; throws where a plain name is nothing. */
  readonly resolve: (target: string) => readonly Index[];
  /** Where a document goes; makes the stream or index where there is none and that is allowed. */
  readonly openForWriting: (target: string) => Index;
  readonly rollover: (stream: string) => Index;
  readonly failureIndexOf: (stream: string) => Index;
  readonly createStream: (name: string) => DataStream;
  readonly createPlain: (name: string, body: JsonObject) => Index;
  readonly removeStream: (name: string) => void;
  readonly removeIndex: (name: string) => void;
  readonly nextArrival: () => number;
  /** Searches find what has arrived in these. */
  readonly refresh: (indices: readonly Index[]) => void;
  /** `action.auto_create_index`. */
  readonly setAutomaticCreation: (allowed: boolean) => void;
}

export const createCluster = (flavour: FlavourFacts, without: readonly StoreFeature[]): Cluster => {
  const lacks = (feature: StoreFeature) => without.includes(feature);
  const lifecycle = flavour.product === 'elasticsearch' ? 'ilm' : 'ism';
  const templates = createTemplates(flavour, lacks(lifecycle));
  const indices = new Map<string, Index>();
  const streams = new Map<string, DataStream>();
  let arrivals = 0;
  let creates = true;
  const add = (index: Index): Index => {
    indices.set(index.name, index);
    return index;
  };
  const templateOf = (name: string) => {
    const found = templates.findFor(name);
    return found === undefined ? undefined : { name: found, body: asObject(templates.indexTemplates.get(found)) };
  };
  const rollover = (name: string): Index => {
    const stream = streams.get(name);
    if (stream === undefined) throw indexNotFound(name);
    const body = asObject(templates.indexTemplates.get(templateOf(name)?.name ?? stream.template));
    stream.generation += 1;
    const index = add(createIndex(flavour, backingName(flavour, '.ds', stream), templates.compose(body), name));
    stream.indices.push(index);
    return index;
  };
  const lastOf = (name: string): Index => {
    const last = streams.get(name)?.indices.at(-1);
    if (last === undefined) throw indexNotFound(name);
    return last;
  };
  const createStream = (name: string): DataStream => {
    refuseBadName(name);
    const template = templateOf(name);
    if (template?.body['data_stream'] === undefined) {
      throw illegalArgument(`no matching index template found for data stream [${name}]`);
    }
    if (streams.has(name)) {
      throw new StoreError(400, 'resource_already_exists_exception', `data_stream [${name}] already exists`);
    }
    const { failureStore } = templates.compose(template.body);
    const stream = { name, template: template.name, indices: [], failureStore, generation: 0, failureIndex: undefined };
    streams.set(name, stream);
    rollover(name);
    return stream;
  };
  const createPlain = (name: string, body: JsonObject): Index => {
    refuseBadName(name);
    if (indices.has(name) || streams.has(name)) {
      throw new StoreError(400, 'resource_already_exists_exception', `index [${name}] already exists`, { index: name });
    }
    const template = templateOf(name);
    if (template?.body['data_stream'] !== undefined) {
      throw illegalArgument(
        `cannot create index with name [${name}], because it matches with template [${template.name}] that creates data streams only, use create data stream api instead`,
      );
    }
    return add(
      createIndex(flavour, name, templates.compose({ ...template?.body, ...mergeBody(template?.body, body) })),
    );
  };
  return {
    flavour,
    lacks,
    templates,
    indices,
    streams,
    resources: new Map(),
    resolve: (target) => resolveTarget(target, indices, streams),
    openForWriting: (target) => {
      const there = streams.get(target)?.indices.at(-1) ?? indices.get(target) ?? findAliased(target, indices);
      if (there !== undefined) return there;
      const isStream = templateOf(target)?.body['data_stream'] !== undefined;
      // Elasticsearch makes a data stream for which there is a template in any case.
      if (!creates && !(isStream && flavour.product === 'elasticsearch')) throw notCreated(target);
      if (!isStream) return createPlain(target, {});
      createStream(target);
      return lastOf(target);
    },
    rollover,
    failureIndexOf: (name) => {
      const stream = streams.get(name);
      if (stream === undefined) throw indexNotFound(name);
      stream.failureIndex ??= add(createIndex(flavour, backingName(flavour, '.fs', stream), NO_TEMPLATE, name));
      return stream.failureIndex;
    },
    createStream,
    createPlain,
    removeStream: (name) => {
      const stream = streams.get(name);
      if (stream === undefined) throw indexNotFound(name);
      for (const { name: index } of stream.indices) indices.delete(index);
      streams.delete(name);
    },
    removeIndex: (name) => void indices.delete(name),
    nextArrival: () => ++arrivals,
    refresh: (refreshed) => {
      for (const index of refreshed) index.refreshedUpTo = arrivals;
    },
    setAutomaticCreation: (allowed) => {
      creates = allowed;
    },
  };
};

/** What holds failures is not mapped by what they failed at. */
const NO_TEMPLATE = { mappings: { dynamic: false }, settings: {}, aliases: [] };

/** An index template with what a request brings for its one index. */
const mergeBody = (template: JsonObject | undefined, body: JsonObject): JsonObject => ({
  template: { ...asObject(template?.['template']), ...body },
});

const backingName = (
  { datedBackingIndices }: FlavourFacts,
  prefix: string,
  { name, generation }: DataStream,
): string => {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '.');
  return `${prefix}-${name}-${datedBackingIndices ? `${day}-` : ''}${String(generation).padStart(6, '0')}`;
};

const notCreated = (name: string): StoreError =>
  new StoreError(
    404,
    'index_not_found_exception',
    `no such index [${name}] and [action.auto_create_index] is [false]`,
    {
      index: name,
      index_uuid: '_na_',
    },
  );

const resolveTarget = (
  target: string,
  indices: ReadonlyMap<string, Index>,
  streams: ReadonlyMap<string, DataStream>,
): readonly Index[] => {
  const found = target.split(',').flatMap((name) => {
    const isGlob = name.includes('*') || name === '_all';
    const fitting = resolveName(name === '_all' ? '*' : name, indices, streams);
    if (!isGlob && fitting.length === 0) throw indexNotFound(name);
    return fitting;
  });
  return [...new Set(found)];
};

const resolveName = (
  name: string,
  indices: ReadonlyMap<string, Index>,
  streams: ReadonlyMap<string, DataStream>,
): readonly Index[] => {
  const fits = (other: string) => fitsGlob(name, other);
  // Backing indices are hidden from patterns.
  const seesHidden = !name.includes('*') || name.startsWith('.');
  const plain = [...indices.values()].filter(
    (index) => (seesHidden || index.stream === undefined) && (fits(index.name) || index.aliases.some(fits)),
  );
  return [...[...streams.values()].filter((stream) => fits(stream.name)).flatMap((stream) => stream.indices), ...plain];
};

const findAliased = (name: string, indices: ReadonlyMap<string, Index>): Index | undefined =>
  [...indices.values()].find(({ aliases }) => aliases.includes(name));

const refuseBadName = (name: string): void => {
  const refuse = (why: string) => {
    throw new StoreError(400, 'invalid_index_name_exception', `Invalid index name [${name}], ${why}`, {
      index: name,
      index_uuid: '_na_',
    });
  };
  if (name !== name.toLowerCase()) refuse('must be lowercase');
  if (/[\\/*?"<>| ,#:]/.test(name))
    refuse("must not contain the following characters [' ','\"','*',',','/','<','>','?','\\','|']");
  if (/^[-_+]/.test(name)) refuse("must not start with '_', '-', or '+'");
  if (Buffer.byteLength(name) > 255) refuse(`index name is too long, (${Buffer.byteLength(name)} > 255)`);
};
