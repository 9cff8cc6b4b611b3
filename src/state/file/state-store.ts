import { access, constants, copyFile, mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAME } from '../../domain/environment-name.ts';
import { RUN_ID } from '../../domain/runs/run-id.ts';
import { type EnvironmentState, STATE_VERSION } from '../../domain/state.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { UserError } from '../../shared/errors.ts';
import { sha256 } from '../../shared/json.ts';
import { acquireOsLock } from '../../shared/os-lock.ts';
import { backupName } from '../backup-name.ts';
import { keepingOriginal } from '../keep-original.ts';
import { parseState, readableState } from '../parse-state.ts';
import type { HistoryEntry, StateStore, Versioned } from '../ports.ts';
import { historyText, readHistoryEntry } from '../stored-documents.ts';
import { StateConflict } from '../update-state.ts';
import { readIfPresent, writeAtomically } from './atomic.ts';
import { knownFile } from './known-file.ts';

const LOCK_WAIT_IN_MS = 10_000;

/** `state.json` for the default environment, `state.<environment>.json` for others. */
export function stateFilePath(path: string, environment: string): string {
  if (environment === 'default') return path;
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${environment}${extension}`;
}

/** The environments that have a state beside that of the default one, or are that one; in alphabetical order. */
export async function environmentsOfStateFile(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const extension = extname(path);
  const stem = basename(path, extension);
  const found = names.flatMap((name) => {
    if (name === basename(path)) return [DEFAULT_ENVIRONMENT];
    if (!name.startsWith(`${stem}.`) || !name.endsWith(extension)) return [];
    const environment = name.slice(stem.length + 1, name.length - extension.length);
    return ENVIRONMENT_NAME.test(environment) ? [environment] : [];
  });
  return found.sort();
}

/** The state document in a file, with its history in `<directory>/history`. */
export function openFileStateStore(options: {
  /** Path for the default environment. */
  readonly path: string;
  readonly environment: string;
  /** Where history is kept. */
  readonly directory: string;
  readonly clock?: Clock;
}): StateStore {
  const { environment, clock = systemClock } = options;
  const path = stateFilePath(options.path, environment);
  const historyFolder = join(options.directory, 'history');

  /** Read, compare and rename happen under a lock that the operating system releases when the process dies. */
  async function locked<T>(action: () => Promise<T>): Promise<T> {
    await mkdir(dirname(path), { recursive: true });
    const lock = await acquireOsLock(join(options.directory, 'state.lock'), { waitInMs: LOCK_WAIT_IN_MS });
    try {
      return await action();
    } finally {
      await lock.release();
    }
  }

  async function store(state: EnvironmentState, serial: number): Promise<Versioned<EnvironmentState>> {
    const value = { ...state, version: STATE_VERSION, serial, last_updated: clock.now().toISOString() } as const;
    const text = `${JSON.stringify(value, null, 2)}\n`;
    await writeAtomically(path, text);
    return { value, etag: sha256(text) };
  }

  async function readEntry(name: string): Promise<HistoryEntry | undefined> {
    const file = join(historyFolder, name);
    const text = await readIfPresent(file);
    return text === undefined ? undefined : readHistoryEntry(text, environment, file);
  }

  const document = knownFile(path);
  let last: { readonly text: string; readonly read: Awaited<ReturnType<StateStore['read']>> } | undefined;

  return keepingOriginal({
    location: path,
    environment,
    now: () => clock.now(),

    async read() {
      const text = await document().catch((cause: Error) => {
        throw new UserError(`The state ${path} cannot be read: ${cause.message}.`, {
          code: 'state_unreadable',
          hint: 'Make it readable, or name another file with advanced.state_file.',
          cause,
        });
      });
      // The fence is read before every write, and the document of a large application takes long to check.
      if (last && last.text === text) return last.read;
      const { state, warnings } = parseState(text, environment, path);
      if (text === undefined) return { value: state, etag: null, warnings };
      const read = { value: state, etag: sha256(text), warnings };
      last = { text, read };
      return read;
    },

    // A file is read in less time than it takes to find out that it changed.
    remembered: () => undefined,

    write: (state, etag) =>
      locked(async () => {
        const text = await readIfPresent(path);
        const current = text === undefined ? null : sha256(text);
        if (current !== etag) throw new StateConflict(`${path} was written by somebody else`);
        return await store(state, state.serial + 1);
      }),

    replace: (change) =>
      locked(async () => {
        const before = readableState(await readIfPresent(path), environment, path);
        return await store(change(before), (before?.serial ?? 0) + 1);
      }),

    async backup(label) {
      const copy = backupName(path, label, clock.now());
      try {
        await copyFile(path, copy, constants.COPYFILE_EXCL);
        return copy;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },

    async checkWritable() {
      try {
        await mkdir(dirname(path), { recursive: true });
        await mkdir(options.directory, { recursive: true });
        const probe = `${path}.probe.tmp`;
        await (await open(probe, 'w', 0o600)).close();
        await rm(probe);
        if ((await readIfPresent(path)) !== undefined) await access(path, constants.W_OK);
      } catch (cause) {
        throw new UserError(`The state ${path} cannot be written: ${(cause as Error).message}.`, {
          code: 'state_not_writable',
          hint: 'Nothing was created. Make the file and its folder writable, or name another file with advanced.state_file.',
          cause,
        });
      }
    },

    keepHistory: (runId, entry) => writeAtomically(join(historyFolder, `${runId}.json`), historyText(entry)),

    async history({ limit, before }) {
      const names = await readdir(historyFolder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const kept = names
        .filter((name) => name.endsWith('.json') && (before === undefined || name < `${before}.json`))
        .sort()
        .reverse()
        .slice(0, limit);
      return (await Promise.all(kept.map(readEntry))).flatMap((entry) => entry ?? []);
    },

    kept: async (runId) => (RUN_ID.test(runId) ? await readEntry(`${runId}.json`) : undefined),
  });
}
