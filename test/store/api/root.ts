import type { FlavourFacts } from '../flavour.ts';
import { asObject, textOf } from '../json.ts';
import { ok, type Route, readJson } from './route.ts';

/** What clients ask first. */
export const rootRoutes = (flavour: FlavourFacts): readonly Route[] => [
  { methods: ['GET', 'HEAD'], path: '/', handle: () => ok(describeProduct(flavour)) },
  ...(flavour.product === 'elasticsearch' ? [LICENSE] : []),
  {
    methods: ['GET'],
    path: '/_cluster/health',
    handle: (_request, { indices }) =>
      ok({
        cluster_name: 'simulated',
        ...(flavour.product === 'opensearch' && { discovered_master: true, discovered_cluster_manager: true }),
        status: 'yellow',
        timed_out: false,
        number_of_nodes: 1,
        number_of_data_nodes: 1,
        active_primary_shards: indices.size,
      }),
  },
  {
    methods: ['PUT'],
    path: '/_cluster/settings',
    handle: (request, cluster) => {
      const { persistent, transient } = readJson(request);
      const wanted = { ...asObject(persistent), ...asObject(transient) }['action.auto_create_index'];
      if (wanted !== undefined) cluster.setAutomaticCreation(textOf(wanted) !== 'false');
      return ok({ acknowledged: true, persistent: asObject(persistent), transient: asObject(transient) });
    },
  },
];

const LICENSE: Route = {
  methods: ['GET'],
  path: '/_license',
  handle: () => ok({ license: { status: 'active', type: 'basic' } }),
};

const describeProduct = ({ product, number, lucene, major }: FlavourFacts) => {
  const version = {
    number,
    build_type: 'tar',
    build_hash: '0'.repeat(40),
    build_date: '2025-01-01T00:00:00Z',
    build_snapshot: false,
    lucene_version: lucene,
  };
  const oldest = { minimum_wire_compatibility_version: '7.10.0', minimum_index_compatibility_version: '7.0.0' };
  const name = { name: 'simulated', cluster_name: 'simulated', cluster_uuid: 'AAAAAAAAAAAAAAAAAAAAAA' };
  return product === 'opensearch'
    ? {
        ...name,
        version: { distribution: 'opensearch', ...version, ...oldest },
        tagline: 'The OpenSearch Project: https://opensearch.org/',
      }
    : {
        ...name,
        version: {
          ...version,
          build_flavor: 'default',
          ...oldest,
          ...(major >= 8 && { minimum_wire_compatibility_version: `${major - 1}.17.0` }),
        },
        tagline: 'You Know, for Search',
      };
};
