import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that the operating system releases when the process ends, however it ends. */
export interface OsLock {
  release(): Promise<void>;
}

export class LockHeld extends Error {
  override readonly name = 'LockHeld';
  /** The text that the holder left. */
  readonly holder: string;

  constructor(path: string, holder: string) {
    super(`${path} is locked by ${holder}`);
    this.holder = holder;
  }
}

/** File locks exclude other processes, not callers in this one: so this process keeps track of its own locks and their waiters. */
const heldHere = new Map<string, Promise<void>>();

const LOOK_AGAIN_IN_MS = 15;

/**
 * Locks a file. The lock is SQLite's exclusive lock on a database file (fcntl on POSIX, LockFileEx on Windows): Node has it
 * built in, and it dies with the process. The holder's text is kept in `<path>.holder`.
 * @throws LockHeld when somebody else holds it for longer than waitInMs (default: at once).
 */
export async function acquireOsLock(
  path: string,
  options: { readonly holder?: string; readonly waitInMs?: number } = {},
): Promise<OsLock> {
  const key = resolve(path);
  const holder = options.holder ?? `process ${process.pid}`;
  const deadline = Date.now() + (options.waitInMs ?? 0);
  await mkdir(dirname(key), { recursive: true });
  for (;;) {
    const before = heldHere.get(key);
    if (!before) {
      const lock = await tryLock(key, holder);
      if (lock) return lock;
    }
    const remaining = deadline - Date.now();
    if (remaining <= 0) throw new LockHeld(path, before ? `this process (${process.pid})` : await holderOf(key));
    await (before
      ? Promise.race([before, sleep(remaining, undefined, { ref: false })])
      : sleep(Math.min(LOOK_AGAIN_IN_MS, remaining)));
  }
}

async function tryLock(key: string, holder: string): Promise<OsLock | undefined> {
  let free = (): void => undefined;
  // Taken before the first await, so that two callers of this process never both pass.
  heldHere.set(key, new Promise((done) => (free = done)));
  const giveUp = (): undefined => {
    heldHere.delete(key);
    free();
  };
  const { DatabaseSync } = await importSqlite();
  const database = new DatabaseSync(key);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    giveUp();
    if (isBusy(error)) return undefined;
    throw error;
  }
  await writeFile(`${key}.holder`, holder);
  return {
    release: async () => {
      if (database.isOpen) database.close();
      giveUp();
    },
  };
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY and SQLITE_LOCKED: https://www.sqlite.org/rescode.html
  const code = (error as { errcode?: number }).errcode ?? 0;
  return (code & 0xff) === 5 || (code & 0xff) === 6;
}

async function holderOf(key: string): Promise<string> {
  return await readFile(`${key}.holder`, 'utf8').catch(() => 'another process');
}

/** Node warns that its SQLite module is experimental; users should not see that with every command. */
async function importSqlite(): Promise<typeof import('node:sqlite')> {
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emit, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emit;
  }
}
