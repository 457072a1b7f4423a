import type { JsonObject } from '../json.ts';

export type Dynamic = 'true' | 'false' | 'strict' | 'runtime';

/** One field of an index. */
export interface Field {
  readonly type: string;
  /** As a template has it, without what lies below it. */
  readonly definition: JsonObject;
  /** Its other ways to be indexed count as fields too. */
  readonly subfields: number;
}

export interface DynamicTemplate {
  readonly name: string;
  readonly rule: JsonObject;
}

/** What an index knows of its documents' fields. */
export interface Mapping {
  /** By full name. */
  readonly fields: ReadonlyMap<string, Field>;
  readonly dynamic: Dynamic;
  readonly dynamicTemplates: readonly DynamicTemplate[];
  readonly dateDetection: boolean;
  /** A dotted name stays one name. */
  readonly subobjects: boolean;
  readonly ignoreMalformed: boolean;
  readonly fieldLimit: number;
  /** Beyond the limit new fields are left out instead of refused. */
  readonly ignoreBeyondLimit: boolean;
  readonly depthLimit: number;
}

/** Those that hold other fields. */
export const holdsFields = (type: string): boolean => type === 'object' || type === 'nested';
