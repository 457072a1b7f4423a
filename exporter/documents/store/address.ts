import type { StoreAuth } from './auth.ts';
import type { StoreTls } from './tls.ts';

/** Where an Elasticsearch, OpenSearch or Kibana is, and how to get in. */
export interface StoreAddress {
  /**
   * The nodes, in the order in which they are tried. A path is kept: a store may be behind a proxy. A name and password in
   * one of them are for that node, where `auth` says nothing.
   */
  readonly urls: readonly string[];
  readonly auth?: StoreAuth;
  readonly tls?: StoreTls;
  /** Of one request. */
  readonly timeoutMs: number;
}
