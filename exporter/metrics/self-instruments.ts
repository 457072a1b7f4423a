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

/** About documents, their spool and their sinks. */
export const documentInstruments = {
  written: {
    name: 'harborlight_documents_written_total',
    help: 'Documents that are safe in the spool.',
    labelNames: ['dataset'],
  },
  delivered: {
    name: 'harborlight_documents_delivered_total',
    help: 'Documents that a sink has, now or from before.',
    labelNames: ['sink'],
  },
  rejected: {
    name: 'harborlight_documents_rejected_total',
    help: 'Documents that a sink will not take: they are among its dead letters.',
    labelNames: ['sink'],
  },
  retried: {
    name: 'harborlight_documents_retried_total',
    help: 'Documents that were sent once more, each time counted.',
    labelNames: ['sink'],
  },
  lost: {
    name: 'harborlight_documents_lost_total',
    help: 'Documents that a sink will never get, because more waited for it than may.',
    labelNames: ['sink'],
  },
  dropped: {
    name: 'harborlight_documents_dropped_total',
    help: 'Documents that are gone for all sinks because they could not be put into the spool, by where they waited for it, and dead letters that made way for newer ones.',
    labelNames: ['stage'],
  },
  deadLetters: {
    name: 'harborlight_dead_letters',
    help: 'Documents that a sink would not take, kept to be looked at.',
    labelNames: ['sink'],
  },
  sinkUp: {
    name: 'harborlight_sink_up',
    help: 'Whether a sink took what it was last sent.',
    labelNames: ['sink'],
  },
  spoolBytes: {
    name: 'harborlight_spool_bytes',
    help: 'Size of all files of the spool.',
    labelNames: [],
  },
  spoolOldest: {
    name: 'harborlight_spool_oldest_seconds',
    help: 'Age of the oldest document that some sink has not yet; 0 when all have all.',
    labelNames: [],
  },
  bulkDuration: {
    name: 'harborlight_bulk_duration_seconds',
    help: 'What requests with documents took, those that failed included.',
    labelNames: [],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
} as const satisfies Readonly<Record<string, SelfInstrument>>;
