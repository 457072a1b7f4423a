/** A record cannot hold a document, today or ever: it is too long, or one of its names is. */
export class UnstorableDocumentError extends RangeError {
  override readonly name = 'UnstorableDocumentError';

  constructor(what: string) {
    super(`store a document: ${what}`);
  }
}
