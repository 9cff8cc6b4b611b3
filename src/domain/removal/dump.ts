import { UserError } from '../../shared/errors.ts';
import { nameOf } from '../ids.ts';
import type { DumpPlan, ServerDump } from '../plan-schema.ts';

/** One database, and where it goes. */
export interface DatabaseDump {
  readonly database: string;
  /** Within the container. */
  readonly blob: string;
}

/** The blobs of a run have names of their own: a dump never takes the place of another run's. @param at ISO 8601 */
export function databaseDumps(environment: string, { id, databases }: ServerDump, at: string): readonly DatabaseDump[] {
  const time = at.replaceAll(':', '-');
  return databases.map((database) => ({ database, blob: `${environment}/${nameOf(id)}/${database}/${time}.dump` }));
}

export function dumpAddress({ address }: Pick<DumpPlan, 'address'>, { blob }: DatabaseDump): string {
  return `${address}/${blob.split('/').map(encodeURIComponent).join('/')}`;
}

export function nothingToDump(why: string): UserError {
  return new UserError(`There is nothing to dump: ${why}.`, {
    code: 'nothing_to_dump',
    hint: 'Run destroy without --dump-to.',
  });
}
