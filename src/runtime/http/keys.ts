import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { AuthLevel } from './route-table.ts';

/** The access keys of a host, as on Azure: https://learn.microsoft.com/azure/azure-functions/function-keys-how-to */
export interface HostKeys {
  /** Opens everything. */
  readonly master: string;
  /** The default host key: opens functions of the level `function`. */
  readonly function: string;
  /** The system key `durabletask_extension`: opens the durable management API. */
  readonly durableTask: string;
  /** The system key `blobs_extension`: opens the webhook by which blob triggers hear of events; absent: only the master key does. */
  readonly blobs?: string;
  /** Further host keys by name, of the same level as the default one. */
  readonly named?: Readonly<Record<string, string>>;
}

const FILE = 'keys.json';
const KEY_BYTES = 40;
const KEY_NAMES = ['master', 'function', 'durableTask'] as const;

/**
 * Reads the keys of a directory, and makes them at the first start: random, readable by this user alone. Of two processes
 * that start at once one makes them.
 * @throws UserError `keys_invalid` when the file is damaged.
 */
export async function loadKeys(directory: string): Promise<{ readonly keys: HostKeys; readonly isNew: boolean }> {
  const path = join(directory, FILE);
  const existing = await readKeys(path);
  if (existing) return { keys: existing, isNew: false };
  await mkdir(directory, { recursive: true });
  const keys: HostKeys = { master: randomKey(), function: randomKey(), durableTask: randomKey() };
  try {
    await place(keys, path, link);
    return { keys, isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return await loadKeys(directory);
  }
}

/**
 * Adds a host key, in place of one of that name; the next start knows it.
 * @throws UserError `keys_invalid`
 */
export async function addKey(directory: string, name: string, key: string): Promise<void> {
  const { keys } = await loadKeys(directory);
  await place({ ...keys, named: { ...keys.named, [name]: key } }, join(directory, FILE), rename);
}

/** Whole or not at all, and readable by this user alone. */
async function place(keys: HostKeys, path: string, put: (from: string, to: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    await file.writeFile(JSON.stringify(keys));
    await file.sync();
    await file.close();
    await put(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** What an extension's own key opens, beside the master key. */
export type SystemLevel = 'system' | 'blobEvents';

/** Whether the key that a request carries opens a level. `x-functions-key` takes precedence over `code=`, even when it is wrong. */
export function isAuthorized(
  request: { readonly header: string | undefined; readonly query: URLSearchParams },
  level: AuthLevel | SystemLevel,
  keys: HostKeys,
): boolean {
  if (level === 'anonymous') return true;
  const given = request.header ?? request.query.get('code');
  if (given === null || given === '') return false;
  const ofFunctions = [keys.function, ...Object.values(keys.named ?? {})];
  const accepted = [keys.master, ...(level === 'function' ? ofFunctions : [])];
  if (level === 'system') accepted.push(keys.durableTask);
  if (level === 'blobEvents' && keys.blobs !== undefined) accepted.push(keys.blobs);
  // Every key is compared, so that the time taken reveals nothing.
  return accepted.map((key) => isEqualInConstantTime(given, key)).includes(true);
}

/** Whether a request carries a key of this host, whatever it opens: the host tells those apart from strangers. */
export function isKnown(request: Parameters<typeof isAuthorized>[0], keys: HostKeys): boolean {
  return (['function', 'system', 'blobEvents'] as const).some((level) => isAuthorized(request, level, keys));
}

/** Compares digests of one length, so that neither content nor length shows in the time taken. */
export function isEqualInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/** Cannot be guessed; letters, digits, `-` and `_`. */
export function randomKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

async function readKeys(path: string): Promise<HostKeys | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const document: unknown = JSON.parse(text);
    if (
      isJsonObject(document) &&
      KEY_NAMES.every((name) => isKey(document[name])) &&
      (document.named === undefined || (isJsonObject(document.named) && Object.values(document.named).every(isKey)))
    )
      return document as unknown as HostKeys;
  } catch {
    // Reported below, without the content.
  }
  throw new UserError(`The file of access keys ${path} is damaged.`, {
    code: 'keys_invalid',
    hint: 'Delete it: the next start makes new keys.',
  });
}
