import { createRequire } from 'node:module';
import type * as openTelemetryApi from '@opentelemetry/api';
import type * as openTelemetrySdk from '@opentelemetry/sdk-node';
import type * as dnsPacket from 'dns-packet';
import type pinoElasticsearch from 'pino-elasticsearch';
import type * as pinoPretty from 'pino-pretty';
import type * as re2js from 're2js';

const require = createRequire(import.meta.url);

/** Packages that most processes never need, with what they keep resident (R68). */
interface Packages {
  readonly '@opentelemetry/api': typeof openTelemetryApi;
  readonly '@opentelemetry/sdk-node': typeof openTelemetrySdk;
  /** 1.5 MiB. */
  readonly re2js: typeof re2js;
  /** 2.8 MiB. */
  readonly 'dns-packet': typeof dnsPacket;
  /** 2.8 MiB. */
  readonly 'pino-pretty': typeof pinoPretty;
  /** With a client of Elasticsearch. */
  readonly 'pino-elasticsearch': (typeof pinoElasticsearch)['default'];
}

/** A package at its first use: at once, where nothing can be waited for. */
export function loadWhenUsed<Name extends keyof Packages>(name: Name): Packages[Name] {
  // What a package exports is what its types say.
  return require(name) as Packages[Name];
}
