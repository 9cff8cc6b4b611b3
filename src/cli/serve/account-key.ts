import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { readIfPresent, writeAtomically } from '../../state/file/atomic.ts';

const FILE = 'account.key';
/** As Azure makes them: 64 bytes, in base64. https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage */
const KEY_BYTES = 64;
const KEY = /^[A-Za-z0-9+/]{86}==$/;

/**
 * The key of the storage on this machine: random, made at the first start and kept beside its data, for this user alone. The emulator's own
 * key is known to everybody, and whoever writes into the storage deploys.
 * @throws UserError `keys_invalid` when the file is damaged
 */
export async function loadAccountKey(directory: string): Promise<string> {
  const path = join(directory, FILE);
  const known = await readIfPresent(path);
  if (known === undefined) {
    const key = randomBytes(KEY_BYTES).toString('base64');
    await writeAtomically(path, key);
    return key;
  }
  await chmod(path, 0o600);
  if (KEY.test(known)) return known;
  throw new UserError(`The key of the storage in ${path} is damaged.`, {
    code: 'keys_invalid',
    hint: 'Delete it: the next start makes a new key, and the data stay as they are.',
  });
}
