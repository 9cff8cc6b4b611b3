import type { Readable } from 'node:stream';
import { BoundedMap } from '../shared/bounded-map.ts';
import { UserError } from '../shared/errors.ts';
import type { SourceTree } from './ports.ts';
import { openSourceArchive } from './source-tree.ts';

/** Every activity of a run opens its sources, so the index of an archive is made once per process. */
const INDEXES = new BoundedMap<string, SourceTree>(8);

/**
 * Opens the source archive that a run names as `sha256:<digest>`. It is verified when it is first used.
 *
 * @param open gives the bytes of the archive with this digest
 */
export async function openStoredSource(
  reference: string,
  open: (sha256: string) => Promise<Readable>,
): Promise<SourceTree> {
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(reference) ?? [];
  if (sha256 === undefined) {
    throw new UserError(`The source ${reference} is not on this machine.`, {
      code: 'source_missing',
      exitCode: 1,
      hint: 'Upload an archive of it: POST /api/sources, or deploy with --remote.',
    });
  }
  const known = INDEXES.get(sha256);
  if (known) return known;
  const opened = openSourceArchive({ sha256, open: () => open(sha256) });
  INDEXES.set(sha256, opened);
  return opened;
}
