/** A refusal with its status and a message for the caller; nothing in it is secret. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;

  constructor(status: number, message: string, headers: HttpFault['headers'] = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
