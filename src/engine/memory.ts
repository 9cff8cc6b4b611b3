import { UserError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import type { MemoryScope, RunStore, StepMemoryRecord } from '../state/ports.ts';
import { handedOn, type MemoryContents, parseContents, storedContents } from './memory-contents.ts';
import type { RecordDefinition } from './record.ts';

/** What a step remembers between its calls, and from the run that its own run takes over from. */
export interface StepMemory {
  /**
   * What this run has written or inherited under that record.
   *
   * @throws UserError `record_corrupt` when it does not have the record's shape
   */
  read<Value, Member extends readonly string[]>(
    record: RecordDefinition<Value, Member>,
    ...member: Member
  ): Value | undefined;
  /** Whether what stands there is another run's: this one has not written it. */
  isInherited<Value, Member extends readonly string[]>(
    record: RecordDefinition<Value, Member>,
    ...member: Member
  ): boolean;
  /** Resolves when the value is on disk: an intent written so survives a crash right after. */
  write<Value, Member extends readonly string[]>(
    record: RecordDefinition<Value, Member>,
    value: Value,
    ...member: Member
  ): Promise<void>;
  delete<Value, Member extends readonly string[]>(
    record: RecordDefinition<Value, Member>,
    ...member: Member
  ): Promise<void>;
}

/**
 * The durable memory of one step in one run.
 * @param isWritten it was written before: a storage that says that it is not there is asked again
 */
export async function openMemory(
  runs: RunStore,
  runId: string,
  scope: MemoryScope,
  { isWritten = false }: { readonly isWritten?: boolean } = {},
): Promise<StepMemory> {
  const found = await runs.memory(runId, scope);
  const isGone = isWritten && Object.keys(found).length === 0;
  const contents = parseContents(isGone ? await runs.memory(runId, scope) : found, runId);
  return createMemory(contents, (stored) => runs.writeMemory(runId, scope, stored));
}

/** Hands on what a run has left open in one step, unless the successor has begun by itself. */
export async function inheritMemory(
  runs: RunStore,
  { from, to }: { readonly from: string; readonly to: string },
  scope: MemoryScope,
): Promise<void> {
  if (Object.keys(await runs.memory(to, scope)).length > 0) return;
  const inheritance = handedOn(parseContents(await runs.memory(from, scope), from));
  if (inheritance.values.size > 0) await runs.writeMemory(to, scope, storedContents(inheritance));
}

/** Writes of one call happen one after the other. */
function createMemory(contents: MemoryContents, save: (stored: StepMemoryRecord) => Promise<void>): StepMemory {
  const { values, open, inherited } = contents;
  const write = oneAtATime(() => save(storedContents(contents)));

  return {
    read(record, ...member) {
      const key = record.key(...member);
      const stored = values.get(key);
      if (stored === undefined) return undefined;
      const { data, error } = record.schema.safeParse(stored);
      if (error) throw corrupt(key, error);
      return data;
    },
    isInherited: (record, ...member) => inherited.has(record.key(...member)),
    write(record, value, ...member) {
      const key = record.key(...member);
      // As it will be read: what is not JSON does not come back.
      const stored: Json = JSON.parse(JSON.stringify(value));
      values.set(key, stored);
      inherited.delete(key);
      open.delete(key);
      if (record.scope === 'inherited' && record.isOpen(value)) open.add(key);
      return write();
    },
    async delete(record, ...member) {
      const key = record.key(...member);
      open.delete(key);
      inherited.delete(key);
      if (values.delete(key)) await write();
    },
  };
}

/**
 * A failed write rejects for its own callers and does not stop the next one, which carries everything again. What is set
 * while one is under way, or at the same moment, shares the next.
 */
function oneAtATime(save: () => Promise<void>): () => Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  return () => {
    queued ??= writing
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        return save();
      });
    writing = queued;
    return queued;
  };
}

function corrupt(key: string, cause: Error): UserError {
  return new UserError(`The memory of this run cannot be read: ${key} has another shape than this version knows.`, {
    code: 'record_corrupt',
    hint: 'Start a new deployment; it goes on from the state and from Azure alone.',
    cause,
  });
}
