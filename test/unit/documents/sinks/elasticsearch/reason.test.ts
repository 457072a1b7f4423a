import { describe, expect, test } from 'vitest';
import { describeRefusal } from '../../../../../exporter/documents/sinks/elasticsearch/reason.ts';
import type { StoreErrorBody } from '../../../../../exporter/documents/store/json-answer.ts';

const error = (type: string, reason: string, causedBy?: StoreErrorBody): StoreErrorBody => ({
  type,
  reason,
  ...(causedBy && { causedBy }),
});

/** As Elasticsearch 8.19 and OpenSearch 2.19 said it, with a secret where a document's text is quoted. */
const said: readonly (readonly [StoreErrorBody, string])[] = [
  [
    error(
      'document_parsing_exception',
      "[1:42] failed to parse field [n] of type [long] in document with id 'b'. Preview of field's value: 'planted-secret'",
      error('illegal_argument_exception', 'For input string: "planted-secret"'),
    ),
    'document_parsing_exception: failed to parse field [n] of type [long]',
  ],
  [
    error('mapper_parsing_exception', 'failed to parse field [@timestamp] of type [date_nanos] in document', {
      type: 'illegal_argument_exception',
      reason: 'failed to parse date field [planted-secret] with format [strict_date_optional_time||epoch_millis]',
    }),
    'mapper_parsing_exception: failed to parse field [@timestamp] of type [date_nanos]',
  ],
  [
    error(
      'document_parsing_exception',
      "[1:38] failed to parse: [1:49] Unrecognized token 'planted-secret': was expecting (JSON String, Number)",
      error('x_content_parse_exception', "[1:49] Unrecognized token 'planted-secret': was expecting (JSON String)"),
    ),
    'document_parsing_exception, caused by x_content_parse_exception',
  ],
  [
    error('document_parsing_exception', '[1:7] failed to parse: data stream timestamp field [@timestamp] is missing', {
      type: 'illegal_argument_exception',
      reason: 'data stream timestamp field [@timestamp] is missing',
    }),
    'document_parsing_exception: field [@timestamp] is missing',
  ],
  [
    error('mapper_parsing_exception', 'failed to parse', {
      type: 'illegal_argument_exception',
      reason: "documents must contain a single-valued timestamp field '@timestamp' of date type",
    }),
    'mapper_parsing_exception: field [@timestamp] is missing, or has more than one value',
  ],
  [
    error(
      'illegal_argument_exception',
      `Document contains at least one immense term in field="container.name" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped. The prefix of the first immense term is: '[112, 108, 97]...', original message: planted-secret`,
    ),
    'illegal_argument_exception: field [container.name] has a term of more than 32766 bytes',
  ],
  [error('planted-secret', 'planted-secret'), 'unknown error'],
];

describe('a refusal', () => {
  test.each(said)('%o is told by kind and field', (body, expected) => {
    expect(describeRefusal(body)).toBe(expected);
  });

  test('that quotes what looks like one of its sentences is told by its kind', () => {
    const reason = "[1:2] Unrecognized token 'failed to parse field [planted-secret] of type [long]'";
    expect(describeRefusal(error('x_content_parse_exception', reason))).toBe('x_content_parse_exception');
  });

  test('without a word is told all the same', () => {
    expect(describeRefusal(undefined)).toBe('refused without a reason');
  });
});
