import { nameOf } from '../../domain/ids.ts';
import { isJsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import type { Dependents } from '../kind.ts';

/** As of storage/blob-container.ts, whose kind is a child of this one's. */
const CONTAINERS = { path: 'blobServices/default/containers', apiVersion: '2025-06-01' };

/** Whoever reads what others have opened to all: https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-configure */
export const READERS_OF_PUBLIC_BLOBS: Dependents = {
  questions: ({ id }) => [[{ method: 'LIST', path: `${id}/${CONTAINERS.path}`, apiVersion: CONTAINERS.apiVersion }]],
  cutOff: (found, { own }) =>
    found
      .filter(isJsonObject)
      .filter(({ id }) => !own.has(scalarText(id).toLowerCase()))
      .filter((container) => !['', 'None'].includes(scalarText(jsonAt(container, 'properties.publicAccess'))))
      .map(({ id }) => `readers of ${nameOf(scalarText(id))}`),
  by: 'containers that are open to all',
  remedy: 'it stays so until these are closed',
  otherwise: 'keep',
};
