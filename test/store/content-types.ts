import type { FlavourFacts } from './flavour.ts';
import { StoreError } from './store-error.ts';

export interface ContentTypes {
  readonly contentType: string;
  readonly accept: string;
  readonly hasBody: boolean;
}

/** Throws where the engine does not read such a body, or does not answer so. */
export const checkContentTypes = ({ product, major }: FlavourFacts, types: ContentTypes): void => {
  const sent = compatibleWith(types.contentType);
  const isUnknown = !isJson(types.contentType) || (product === 'opensearch' && sent !== undefined);
  if (types.hasBody && isUnknown) throw unsupported(types.contentType);
  if (product === 'elasticsearch') checkVersions(major, types);
};

const checkVersions = (major: number, { contentType, accept, hasBody }: ContentTypes): void => {
  const [wanted, sent] = [compatibleWith(accept), compatibleWith(contentType)];
  for (const version of [wanted, sent]) {
    if (version === undefined || version === major || version === major - 1) continue;
    throw mediaType(`A version must be either version ${major} or ${major - 1}, but found ${version}.`);
  }
  if (hasBody && sent !== undefined && wanted !== sent) {
    throw mediaType('A compatible version is required on both Content-Type and Accept headers.');
  }
};

/** As the engine labels its JSON. */
export const answerType = ({ product, major }: FlavourFacts, accept: string): string => {
  const version = compatibleWith(accept);
  if (version !== undefined) return `application/vnd.elasticsearch+json;compatible-with=${version}`;
  return product === 'opensearch' || major === 7 ? 'application/json; charset=UTF-8' : 'application/json';
};

const compatibleWith = (type: string): number | undefined => {
  const version = /^application\/vnd\.elasticsearch\+(?:x-nd)?json;\s*compatible-with=(\d+)/.exec(type)?.[1];
  return version === undefined ? undefined : Number(version);
};

const isJson = (type: string): boolean =>
  /^application\/(vnd\.elasticsearch\+)?(x-nd)?json(;\s*(charset=utf-8|compatible-with=\d+))?$/i.test(type);

const unsupported = (type: string): StoreError =>
  new StoreError(406, 'content_type', `Content-Type header [${type}] is not supported`);

const mediaType = (reason: string): StoreError => new StoreError(400, 'media_type_header_exception', reason);
