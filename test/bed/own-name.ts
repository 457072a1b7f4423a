import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';

/** A name for an engine of this test process, which no other process of the machine gives. */
export const ownName = (): string => `test-${process.pid}-${randomBytes(3).toString('hex')}`;

/** Whether a name was given by a test process that is gone: then nobody else will clear away what it names. */
export const isOrphaned = (name: string): boolean => {
  const owner = /^test-(\d+)-/.exec(name)?.[1];
  return owner !== undefined && !existsSync(`/proc/${owner}`);
};
