import { ApiError, type ApiReply, jsonReply } from '../http/api.ts';
import { networkJson } from '../json/network-json.ts';
import { matchesAny, matchesLabels, parseFilters } from './filters.ts';
import type { RouteContext } from './index.ts';

export function listNetworks({ state, request: { query } }: RouteContext): ApiReply {
  const filters = parseFilters(query, ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);
  const networks = [...state.networks.values()].filter(
    ({ name, driver, labels }) =>
      matchesLabels(filters, labels) &&
      matchesAny(filters, 'name', (value) => name.includes(value)) &&
      matchesAny(filters, 'driver', (value) => driver === value),
  );
  return jsonReply(networks.map((network) => networkJson(state, network, { containers: false })));
}

export function inspectNetwork({ state, reference }: RouteContext): ApiReply {
  const networks = [...state.networks.values()];
  const network = state.networks.get(reference) ?? networks.find(({ id }) => id.startsWith(reference));
  if (!network) throw new ApiError(404, `network ${reference} not found`);
  return jsonReply(networkJson(state, network, { containers: true }));
}
