import { hash } from 'node:crypto';

/**
 * The `_id` of what these parts identify, twenty characters: of a text only where the text is what makes the document
 * another one, so that two exporters that see the same thing write one document.
 */
export function documentId(...parts: readonly string[]): string {
  // Of the first fifteen bytes: three make four characters.
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 20);
}
