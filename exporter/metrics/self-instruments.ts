/** What we say of ourselves beside the collectors' reports, as data: `self.ts` makes instruments of it. */
export interface SelfInstrument {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Upper bounds in seconds: a histogram has them. */
  readonly buckets?: readonly number[];
}

/** One series each, or a few. */
export const processInstruments = {
  buildInfo: {
    name: 'harborlight_build_info',
    help: 'The version of Harborlight that runs, and of the Node.js it runs on.',
    labelNames: ['version', 'node'],
  },
  reloadSuccessful: {
    name: 'harborlight_config_last_reload_successful',
    help: 'Whether the configuration was good when it was last read; if not, the one before it is in force.',
    labelNames: [],
  },
  reloadTimestamp: {
    name: 'harborlight_config_last_reload_success_timestamp_seconds',
    help: 'When the configuration in force was read, in Unix seconds.',
    labelNames: [],
  },
  scrapeDuration: {
    name: 'harborlight_scrape_duration_seconds',
    help: 'What scrapes took, from the request to the last byte of the answer.',
    labelNames: [],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  httpRequestDuration: {
    name: 'http_request_duration_seconds',
    help: 'What HTTP requests took, by the pattern of their route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
} as const satisfies Readonly<Record<string, SelfInstrument>>;

/** Once for each watched engine, all with the label `host`. */
export const hostInstruments = {
  requestDuration: {
    name: 'harborlight_engine_request_duration_seconds',
    help: 'What calls of the engine took, those that failed included.',
    labelNames: ['endpoint'],
    buckets: [0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10],
  },
  requestErrors: {
    name: 'harborlight_engine_request_errors_total',
    help: 'Calls of the engine that gave no usable answer.',
    labelNames: ['endpoint', 'reason'],
  },
  samplesFailed: {
    name: 'harborlight_samples_failed_total',
    help: 'Containers that were without samples in a scrape because they could not be read.',
    labelNames: ['reason'],
  },
  seriesDropped: {
    name: 'harborlight_series_dropped_total',
    help: 'Series left out of scrapes because the host had more than containers.series_limit.',
    labelNames: [],
  },
  labelErrors: {
    name: 'harborlight_label_errors_total',
    help: 'Labels on containers that start no probe because something in them is wrong, each once for each container.',
    labelNames: ['name', 'label'],
  },
} as const satisfies Readonly<Record<string, SelfInstrument>>;
