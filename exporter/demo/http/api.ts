/** A call as the engine sees it. */
export interface ApiRequest {
  readonly method: string;
  /** Without the version: /containers/json. */
  readonly path: string;
  /** As the client wrote it, 1.41; absent when it named none. */
  readonly version?: string;
  readonly query: URLSearchParams;
  /** Aborted when the client leaves or the engine closes. */
  readonly signal: AbortSignal;
}

/** An iterable body is sent chunk by chunk, its headers at once. */
export interface ApiReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer | AsyncIterable<string | Buffer>;
}

/** Carries the status that the engine answers with. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

const JSON_TYPE = { 'Content-Type': 'application/json' } as const;

/** The engine ends a JSON body with a line feed. */
export function jsonReply(value: unknown): ApiReply {
  return { status: 200, headers: JSON_TYPE, body: `${JSON.stringify(value)}\n` };
}

export function errorReply(status: number, message: string): ApiReply {
  return { status, headers: JSON_TYPE, body: `${JSON.stringify({ message })}\n` };
}

/** What the engine takes for true. */
export function isTrue(value: string | null): boolean {
  return value !== null && !['', '0', 'no', 'false', 'none'].includes(value.trim().toLowerCase());
}
