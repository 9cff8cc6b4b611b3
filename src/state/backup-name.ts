import { randomUUID } from 'node:crypto';

/** The name of a copy of a document: what for and when; two of the same moment are told apart. */
export function backupName(document: string, label: string, now: Date): string {
  const time = now.toISOString().replaceAll(':', '');
  return `${document}.${label}-${time}-${randomUUID().slice(0, 8)}.bak`;
}
