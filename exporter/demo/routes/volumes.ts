import { ApiError, type ApiReply, jsonReply } from '../http/api.ts';
import { volumeJson } from '../json/volume-json.ts';
import { matchesAny, matchesLabels, parseFilters } from './filters.ts';
import type { RouteContext } from './index.ts';

export function listVolumes({ state, request: { query } }: RouteContext): ApiReply {
  const filters = parseFilters(query, ['dangling', 'driver', 'label', 'name']);
  const volumes = [...state.volumes.values()].filter(
    ({ name, labels }) =>
      matchesLabels(filters, labels) && matchesAny(filters, 'name', (value) => name.includes(value)),
  );
  return jsonReply({ Volumes: volumes.map(volumeJson), Warnings: null });
}

export function inspectVolume({ state, reference }: RouteContext): ApiReply {
  const volume = state.volumes.get(reference);
  if (!volume) throw new ApiError(404, `get ${reference}: no such volume`);
  return jsonReply(volumeJson(volume));
}
