type ValueKind = 'string' | 'number' | 'boolean' | 'list' | 'hash' | 'codec';

const common = { id: 'string' } as const;
const ofInput = { ...common, add_field: 'hash', tags: 'list', type: 'string', codec: 'codec' } as const;
const ofFilter = { ...common, add_field: 'hash', add_tag: 'list', remove_field: 'list', remove_tag: 'list' } as const;

/**
 * What the plugins of Logstash 8.19 and 9.2 take, as far as our pipelines use it, by section and plugin: each line is from
 * the plugin's documentation. `logstash -t` in the workflow is the judge; this finds a slip of the pen without it.
 */
export const pluginOptions: Readonly<Record<string, Readonly<Record<string, ValueKind>>>> = {
  'input http': {
    ...ofInput,
    host: 'string',
    port: 'number',
    user: 'string',
    password: 'string',
    additional_codecs: 'hash',
    ecs_compatibility: 'string',
    remote_host_target_field: 'string',
    request_headers_target_field: 'string',
    ssl_enabled: 'boolean',
    ssl_certificate: 'string',
    ssl_key: 'string',
  },
  'input beats': {
    ...ofInput,
    host: 'string',
    port: 'number',
    ecs_compatibility: 'string',
    ssl_enabled: 'boolean',
    ssl_certificate: 'string',
    ssl_key: 'string',
    ssl_client_authentication: 'string',
    ssl_certificate_authorities: 'list',
  },
  'input syslog': { ...ofInput, host: 'string', port: 'number', ecs_compatibility: 'string' },
  'input gelf': { ...ofInput, host: 'string', port: 'number', use_udp: 'boolean', use_tcp: 'boolean' },
  'filter mutate': { ...ofFilter, rename: 'hash', copy: 'hash', replace: 'hash', lowercase: 'list' },
  'filter dissect': { ...ofFilter, mapping: 'hash' },
  'filter prune': { ...ofFilter, whitelist_names: 'list' },
  'output elasticsearch': {
    ...common,
    hosts: 'list',
    api_key: 'string',
    ssl_certificate_authorities: 'list',
    ecs_compatibility: 'string',
    data_stream: 'string',
    action: 'string',
    document_id: 'string',
    silence_errors_in_log: 'list',
    dlq_custom_codes: 'list',
  },
  'output file': { ...common, path: 'string', codec: 'codec' },
};

/** What a data stream's output takes no part of: it would be a configuration error. */
export const forbiddenForDataStreams =
  /^(?:index|ilm_|template|rollover|doc_as_upsert|upsert|script|version|parent|join)/;
