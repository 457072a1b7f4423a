import { randomBytes } from 'node:crypto';
import type { FlavourFacts } from '../flavour.ts';
import type { HeldDocument } from '../index.ts';
import type { Field, Mapping } from '../mapping/field.ts';
import { parseMapping } from '../mapping/parse-mapping.ts';
import type { Settings } from './settings.ts';
import type { ComposedTemplate } from './templates.ts';

export interface StoredDocument extends HeldDocument {
  readonly version: number;
  readonly sequence: number;
  /** Over all indices. */
  readonly arrival: number;
  /** Unix milliseconds from when a search finds it, where nobody refreshes before. */
  readonly visibleFromMs: number;
}

/** An index, possibly the backing index of a data stream. */
export interface Index {
  readonly name: string;
  readonly uuid: string;
  readonly stream: string | undefined;
  readonly createdAtMs: number;
  readonly settings: Settings;
  readonly aliases: readonly string[];
  /** Its `fields` are this index' own and grow. */
  readonly mapping: Mapping & { readonly fields: Map<string, Field> };
  readonly documents: Map<string, StoredDocument>;
  block: 'read_only_allow_delete' | 'write' | 'none';
  nextSequence: number;
  /** Searches find what arrived up to here. */
  refreshedUpTo: number;
}

/** A new one, from what its templates say. */
export const createIndex = (
  flavour: FlavourFacts,
  name: string,
  { mappings, settings, aliases }: Omit<ComposedTemplate, 'failureStore'>,
  stream?: string,
): Index => {
  const mapping = parseMapping(flavour, mappings, settings);
  const fields = new Map(mapping.fields);
  // A data stream has it whatever its templates say.
  if (stream !== undefined && !fields.has('@timestamp')) {
    fields.set('@timestamp', { type: 'date', definition: { type: 'date' }, subfields: 0 });
  }
  return {
    name,
    uuid: randomBytes(16).toString('base64url'),
    stream,
    createdAtMs: Date.now(),
    settings,
    aliases,
    mapping: { ...mapping, fields },
    documents: new Map(),
    block: 'none',
    nextSequence: 0,
    refreshedUpTo: 0,
  };
};
