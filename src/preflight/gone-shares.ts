import { isBelow, nameOf } from '../domain/ids.ts';
import { recordedOutput } from '../domain/outputs.ts';
import type { FactSources } from '../engine/step.ts';
import { FILE_SHARE } from '../resources/storage/file-share.ts';
import { readable } from '../secrets/secret-hmacs.ts';

/**
 * Shares that were made and are there no more, one sentence each: nothing starts that mounts one. Azure keeps a deleted one for some
 * days (https://learn.microsoft.com/azure/storage/files/storage-files-prevent-file-share-deletion).
 */
export async function goneShares({ azure, config, state }: FactSources): Promise<readonly string[]> {
  const accountId = recordedOutput(state, 'storageId');
  const made = Object.values(state.resources).filter(({ type }) => type === FILE_SHARE.type);
  if (accountId === undefined || made.length === 0) return [];
  const collection = `${accountId}/${FILE_SHARE.within}/shares`;
  const found = await readable(() => azure.arm.list(collection, FILE_SHARE.apiVersion));
  if (!found) return [];
  const there = new Set(found.map(({ id }) => nameOf(id).toLowerCase()));
  return made
    .filter(({ id }) => isBelow(id, accountId) && !there.has(nameOf(id).toLowerCase()))
    .map(({ id }) => nameOf(id))
    .filter((name) => Object.hasOwn(config.storage?.shares ?? {}, name))
    .map(
      (name) =>
        `the file share ${name} of ${nameOf(accountId)} is gone and is made anew, empty, unless the deleted one is restored before (az storage share-rm restore)`,
    );
}
