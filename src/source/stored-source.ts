import type { Readable } from 'node:stream';
import { UserError } from '../shared/errors.ts';
import type { SourceTree } from './ports.ts';

/** Opens the source archive that a run names as `sha256:<digest>`. */
export async function openStoredSource(
  reference: string,
  _open: (sha256: string) => Promise<Readable>,
): Promise<SourceTree> {
  throw new UserError(`Source archives (${reference}) are not part of this version.`, { code: 'source_unsupported' });
}
