import { RUN_ID } from '../../domain/runs/run-id.ts';
import { type EnvironmentState, STATE_VERSION } from '../../domain/state.ts';
import { BoundedMap } from '../../shared/bounded-map.ts';
import { UserError } from '../../shared/errors.ts';
import { backupName } from '../backup-name.ts';
import { keepingOriginal } from '../keep-original.ts';
import { parseState, readableState } from '../parse-state.ts';
import type { HistoryEntry, StateStore, Versioned } from '../ports.ts';
import { historyText, readHistoryEntry } from '../stored-documents.ts';
import { StateConflict } from '../update-state.ts';
import { ConditionNotMet, type Container, type Document } from './container.ts';
import { type BlobNames, invertedUlid } from './names.ts';
import { namesAfter } from './names-after.ts';

/** One is as large as the state: what is asked for again and again is the newest. */
const REMEMBERED_ENTRIES = 1;

/** The state document as a blob; every write names the entity tag it replaces. */
export function openBlobStateStore(container: Container, names: BlobNames, environment: string): StateStore {
  const blob = names.state(environment);
  const location = `${container.location}/${blob}`;

  async function store(state: EnvironmentState, serial: number, etag: string | null) {
    const last_updated = container.now().toISOString();
    const value = { ...state, version: STATE_VERSION, serial, last_updated } as const;
    const text = `${JSON.stringify(value, null, 2)}\n`;
    const conditions = etag === null ? { ifNoneMatch: '*' } : { ifMatch: etag };
    const written = {
      value,
      etag: await container.write(blob, text, conditions),
    } satisfies Versioned<EnvironmentState>;
    last = { document: { text, etag: written.etag }, read: { ...written, warnings: [] } };
    return written;
  }

  const entryName = (runId: string): string => `${names.history(environment)}${invertedUlid(runId)}.json`;

  let last: { readonly document: Document; readonly read: Awaited<ReturnType<StateStore['read']>> } | undefined;

  /** The newest that were read: only the run whose entry it is writes one anew, and what it says then is the same release. */
  const entries = new BoundedMap<string, HistoryEntry>(REMEMBERED_ENTRIES);

  async function readEntry(name: string): Promise<HistoryEntry | undefined> {
    const known = entries.get(name);
    if (known) return known;
    const document = await container.read(name);
    const entry = document && readHistoryEntry(document.text, environment, name);
    if (entry) entries.set(name, entry);
    return entry;
  }

  return keepingOriginal({
    location,
    environment,
    now: () => container.now(),

    async read() {
      // The fence is read before every write, and the document of a large application takes long to fetch and check.
      const found = await container.read(blob, last?.document);
      // One that was there is asked for again before it counts as gone.
      const document = found ?? (last && (await container.read(blob)));
      if (last && document === last.document) return last.read;
      const { state, warnings } = parseState(document?.text, environment, location);
      if (!document) return { value: state, etag: null, warnings };
      const read = { value: state, etag: document.etag, warnings };
      last = { document, read };
      return read;
    },

    remembered: () => last?.read,

    async write(state, etag) {
      try {
        return await store(state, state.serial + 1, etag);
      } catch (error) {
        if (error instanceof ConditionNotMet) throw new StateConflict(`${location} was written by somebody else`);
        throw error;
      }
    },

    async replace(change) {
      for (;;) {
        const document = await container.read(blob);
        const before = readableState(document?.text, environment, location);
        try {
          return await store(change(before), (before?.serial ?? 0) + 1, document?.etag ?? null);
        } catch (error) {
          if (!(error instanceof ConditionNotMet)) throw error;
        }
      }
    },

    async backup(label) {
      const document = await container.read(blob);
      if (!document) return undefined;
      const copy = backupName(blob, label, container.now());
      // Its name has the time in it: one that is there is this one, sent again because its answer was lost.
      await container.create(copy, document.text);
      return `${container.location}/${copy}`;
    },

    async checkWritable() {
      const probe = `${blob}.probe.tmp`;
      try {
        await container.prepare();
        await container.write(probe, '');
        await container.remove(probe);
      } catch (cause) {
        if (cause instanceof UserError && cause.code === 'storage_unreachable') throw cause;
        throw new UserError(`The state ${location} cannot be written: ${(cause as Error).message}`, {
          code: 'state_not_writable',
          hint: 'Nothing was created. Grant the role Storage Blob Data Contributor, or name another storage.',
          cause,
        });
      }
    },

    async keepHistory(runId, entry) {
      const name = entryName(runId);
      await container.write(name, historyText(entry));
      entries.delete(name);
    },

    async history({ limit, before }) {
      const after = before === undefined ? '' : invertedUlid(before);
      const blobs = await namesAfter(container, names.history(environment), { limit, after });
      return (await Promise.all(blobs.map(readEntry))).flatMap((entry) => entry ?? []);
    },

    async kept(runId) {
      const found = RUN_ID.test(runId) ? await readEntry(entryName(runId)) : undefined;
      // Names have the time of a run alone, which another environment's may share.
      return found?.runId === runId ? found : undefined;
    },
  });
}
