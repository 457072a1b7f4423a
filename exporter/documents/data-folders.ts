import { join } from 'node:path';

/** Of `paths.data`: what is not delivered yet. */
export function spoolFolder(data: string): string {
  return join(data, 'spool');
}

/** Of `paths.data`: the files of the file sink. */
export function documentsFolder(data: string): string {
  return join(data, 'documents');
}

/** Of `paths.data`: what sinks refused for good. */
export function deadLettersFolder(data: string): string {
  return join(data, 'dead-letters');
}
