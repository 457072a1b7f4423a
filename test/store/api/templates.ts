import type { Cluster } from '../cluster/cluster.ts';
import { nestSettings } from '../cluster/settings.ts';
import type { FlavourFacts } from '../flavour.ts';
import { fitsGlob } from '../globs.ts';
import { asObject, asTexts, type JsonObject } from '../json.ts';
import { illegalArgument, StoreError } from '../store-error.ts';
import { acknowledged, ok, type Route, readRequiredJson, type StoreRequest } from './route.ts';

/** Component and index templates. */
export const templateRoutes: readonly Route[] = [
  {
    methods: ['PUT', 'POST'],
    path: '/_component_template/:name',
    handle: (request, { templates }) => {
      refuseExisting(request, templates.components, 'component template');
      templates.putComponent(request.params['name'] ?? '', readRequiredJson(request));
      return acknowledged;
    },
  },
  {
    methods: ['PUT', 'POST'],
    path: '/_index_template/:name',
    handle: (request, { templates }) => {
      refuseExisting(request, templates.indexTemplates, 'index template');
      templates.putIndexTemplate(request.params['name'] ?? '', readRequiredJson(request));
      return acknowledged;
    },
  },
  ...['/_component_template', '/_component_template/:name'].map(
    (path): Route => ({
      methods: ['GET', 'HEAD'],
      path,
      handle: ({ params }, { templates }) => {
        const { status, found } = pick(templates.components, params['name'], 'component template');
        return {
          status,
          body: { component_templates: found.map(([name, body]) => ({ name, component_template: body })) },
        };
      },
    }),
  ),
  ...['/_index_template', '/_index_template/:name'].map(
    (path): Route => ({
      methods: ['GET', 'HEAD'],
      path,
      handle: ({ params }, { templates, flavour }) => {
        const { status, found } = pick(templates.indexTemplates, params['name'], 'index template');
        const described = found.map(([name, body]) => ({ name, index_template: withDefaults(flavour, body) }));
        return { status, body: { index_templates: described } };
      },
    }),
  ),
  {
    methods: ['DELETE'],
    path: '/_component_template/:name',
    handle: ({ params }, { templates }) => {
      templates.removeComponent(params['name'] ?? '');
      return acknowledged;
    },
  },
  {
    methods: ['DELETE'],
    path: '/_index_template/:name',
    handle: ({ params }, cluster) => {
      removeIndexTemplate(params['name'] ?? '', cluster);
      return acknowledged;
    },
  },
  {
    methods: ['POST'],
    path: '/_index_template/_simulate_index/:name',
    handle: ({ params }, { templates }) => {
      const found = templates.findFor(params['name'] ?? '');
      if (found === undefined) return ok({});
      const { mappings, settings, aliases } = templates.compose(templates.indexTemplates.get(found) ?? {});
      const named = Object.fromEntries(aliases.map((alias) => [alias, {}]));
      return ok({ template: { settings: nestSettings(settings), mappings, aliases: named }, overlapping: [] });
    },
  },
];

const refuseExisting = (
  { params, query }: StoreRequest,
  there: ReadonlyMap<string, JsonObject>,
  what: string,
): void => {
  const name = params['name'] ?? '';
  if (query.get('create') === 'true' && there.has(name)) throw illegalArgument(`${what} [${name}] already exists`);
};

const pick = (all: ReadonlyMap<string, JsonObject>, name: string | undefined, what: string) => {
  const found = [...all].filter(([other]) => name === undefined || fitsGlob(name, other));
  // A pattern that nothing fits is not found either, though there is a list.
  if (found.length > 0 || name === undefined) return { status: 200, found };
  if (name.includes('*')) return { status: 404, found };
  throw new StoreError(404, 'resource_not_found_exception', `${what} matching [${name}] not found`);
};

/** What a data stream's template says of it, whatever was put. */
const withDefaults = ({ product }: FlavourFacts, body: JsonObject): JsonObject => {
  if (body['data_stream'] === undefined) return body;
  const defaults =
    product === 'opensearch'
      ? { timestamp_field: { name: '@timestamp' } }
      : { hidden: false, allow_custom_routing: false };
  return { ...body, data_stream: { ...defaults, ...asObject(body['data_stream']) } };
};

const removeIndexTemplate = (name: string, { templates, streams }: Cluster): void => {
  const users = [...streams.values()].filter(({ template }) => template === name).map((stream) => stream.name);
  const others = [...templates.indexTemplates].filter(([other]) => other !== name);
  // Another one may take its place.
  const orphans = users.filter(
    (user) => !others.some(([, body]) => asTexts(body['index_patterns']).some((glob) => fitsGlob(glob, user))),
  );
  if (orphans.length > 0) {
    throw illegalArgument(
      `unable to remove composable templates [${name}] as they are in use by a data streams [${orphans.join(', ')}]`,
    );
  }
  templates.removeIndexTemplate(name);
};
