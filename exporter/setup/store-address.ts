import type { StoreAuth } from '../documents/sinks/elasticsearch/auth.ts';
import type { StoreTls } from '../documents/sinks/elasticsearch/tls.ts';

/** Where an Elasticsearch, OpenSearch or Kibana is, and how to get in. */
export interface StoreAddress {
  /** The nodes, in the order in which they are tried. A path is kept: a store may be behind a proxy. */
  readonly urls: readonly string[];
  readonly auth?: StoreAuth;
  readonly tls?: StoreTls;
  /** Of one request. */
  readonly timeoutMs: number;
}
