import { ApiError, type ApiReply, jsonReply } from '../http/api.ts';
import { imageJson, imageSummaryJson } from '../json/image-json.ts';
import { findImage, withTag } from '../state/engine-state.ts';
import { matchesAny, parseFilters } from './filters.ts';
import type { RouteContext } from './index.ts';

/** Newest first. */
export function listImages({ state, request: { query }, minor }: RouteContext): ApiReply {
  const filters = parseFilters(query, ['dangling', 'label', 'reference']);
  const images = [...state.images.values()]
    .reverse()
    .filter(
      ({ tags }) =>
        matchesAny(filters, 'dangling', (value) => (value === 'true') === (tags.length === 0)) &&
        matchesAny(filters, 'reference', (value) => tags.some((tag) => tag === value || tag.startsWith(`${value}:`))) &&
        !filters.has('label'),
    );
  return jsonReply(images.map((image) => imageSummaryJson(state, image, minor)));
}

export function inspectImage({ state, reference }: RouteContext): ApiReply {
  const image = findImage(state, reference);
  if (!image) throw new ApiError(404, `No such image: ${withTag(reference)}`);
  return jsonReply(imageJson(state, image));
}
