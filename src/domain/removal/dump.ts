import { UserError } from '../../shared/errors.ts';
import { nameOf } from '../ids.ts';
import type { DumpPlan, ServerDump } from '../plan-schema.ts';

/**
 * `ACCOUNT/CONTAINER`, by the rules of their names
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage).
 */
export const DUMP_TARGET = /^[a-z0-9]{3,24}\/(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const DUMP_TARGET_RULE =
  'ACCOUNT/CONTAINER, a storage account and a blob container in it: lower-case letters and digits, in the container single hyphens too';

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
