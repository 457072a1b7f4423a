import { createHash } from 'node:crypto';

/**
 * The `_id` of what these parts identify, twenty characters: of a text only where the text is what makes the document
 * another one, so that two exporters that see the same thing write one document.
 */
export function documentId(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return digest.subarray(0, 15).toString('base64url');
}
