import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditEntry, auditEntrySchema } from '../../domain/audit.ts';
import { type RunEvent, runEventSchema } from '../../domain/events.ts';
import { type Plan, planSchema } from '../../domain/plan-schema.ts';
import {
  approvalSchema,
  type RunSummary,
  runRequestSchema,
  runSummarySchema,
  stepAnswerSchema,
} from '../../domain/run.ts';
import { RUN_ID } from '../../domain/runs/run-id.ts';
import { withRoom } from '../log-room.ts';
import { parseRecord } from '../parse-record.ts';
import type { RunStore } from '../ports.ts';
import { invalidPosition } from '../positions.ts';
import { configDigestOf, configText, readConfig, readMemory, recordMissing } from '../stored-documents.ts';
import { createAtomically, readIfPresent, writeAtomically } from './atomic.ts';
import { linesBack } from './lines-back.ts';

/** Calls that are made at the same time are not written in the order of their ids; there are never so many. */
const WRITTEN_AT_ONCE = 100;

/** Runs of one environment as files: `<directory>/runs/<runId>/…`, `<directory>/configs/<sha256>.json`, `<directory>/audit.ndjson`. */
export function openFileRunStore(options: { readonly directory: string }): RunStore {
  const runsFolder = join(options.directory, 'runs');
  const auditPath = join(options.directory, 'audit.ndjson');
  const pathOf = (runId: string, ...names: readonly string[]): string => {
    if (!RUN_ID.test(runId)) throw new Error(`${JSON.stringify(runId)} is no run id`);
    return join(runsFolder, runId, ...names);
  };
  const configPath = (digest: string): string => {
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new Error(`${JSON.stringify(digest)} is no digest`);
    return join(options.directory, 'configs', `${digest}.json`);
  };
  const readJson = async <T>(path: string, parse: (value: unknown) => T): Promise<T | undefined> => {
    const text = await readIfPresent(path);
    return text === undefined ? undefined : parseRecord(text, parse, path);
  };
  const writeJson = (path: string, value: unknown): Promise<void> =>
    writeAtomically(path, `${JSON.stringify(value)}\n`);
  /** Ids of the events that each run has; read once, then kept up to date by our own appends. */
  const knownEvents = new Map<string, Set<string>>();
  /** Appends to one stream happen one after the other. */
  let appending: Promise<unknown> = Promise.resolve();

  const store: RunStore = {
    create: (request) => writeJson(pathOf(request.runId, 'request.json'), request),
    request: (runId) => readJson(pathOf(runId, 'request.json'), (value) => runRequestSchema.parse(value)),

    async runs({ limit, before }) {
      const names = await readdir(runsFolder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      // Run ids end in a ULID: their order is the order of time.
      const ids = names
        .filter((name) => RUN_ID.test(name) && (before === undefined || name < before))
        .sort()
        .reverse();
      const found: RunSummary[] = [];
      // One that was begun in the last moment of a process has none.
      for (let read = 0; read < ids.length && found.length < limit; ) {
        const page = ids.slice(read, read + limit - found.length);
        read += page.length;
        found.push(...(await Promise.all(page.map((id) => store.summary(id)))).flatMap((summary) => summary ?? []));
      }
      return found;
    },

    summary: (runId) => readJson(pathOf(runId, 'summary.json'), (value) => runSummarySchema.parse(value)),
    writeSummary: (summary) => writeJson(pathOf(summary.runId, 'summary.json'), summary),

    async remove(runId) {
      await rm(pathOf(runId), { recursive: true, force: true });
      knownEvents.delete(runId);
    },

    async putConfig(config) {
      const digest = configDigestOf(config);
      await writeAtomically(configPath(digest), configText(config));
      return digest;
    },

    async config(digest) {
      const path = configPath(digest);
      const text = await readIfPresent(path);
      if (text === undefined) throw recordMissing(`The configuration ${path}`);
      return readConfig(text, path);
    },

    writePlan: (runId, plan) => writeJson(pathOf(runId, 'plan.json'), plan),
    plan: (runId) => readJson(pathOf(runId, 'plan.json'), (value): Plan => planSchema.parse(value)),

    memory: async (runId, scope) => (await readJson(pathOf(runId, 'memory', `${scope}.json`), readMemory)) ?? {},
    writeMemory: (runId, scope, memory) => writeJson(pathOf(runId, 'memory', `${scope}.json`), memory),

    answer: (runId, step, callNumber) =>
      readJson(pathOf(runId, 'answers', `${step}-${callNumber}.json`), (value) => stepAnswerSchema.parse(value)),
    writeAnswer: (runId, step, callNumber, answer) =>
      writeJson(pathOf(runId, 'answers', `${step}-${callNumber}.json`), answer),

    appendEvents(runId, events) {
      const append = appending.then(async () => {
        const path = pathOf(runId, 'events.ndjson');
        const known = knownEvents.get(runId) ?? new Set((await store.events(runId)).events.map(({ id }) => id));
        knownEvents.set(runId, known);
        const isNew = ({ id }: RunEvent): boolean => !known.has(id);
        const fresh = withRoom(events.filter(isNew), await sizeOf(path)).filter(isNew);
        if (fresh.length === 0) return;
        await mkdir(pathOf(runId), { recursive: true });
        await appendDurably(path, fresh.map((event) => `${JSON.stringify(event)}\n`).join(''));
        for (const { id } of fresh) known.add(id);
      });
      appending = append.catch(() => undefined);
      return append;
    },

    async events(runId, after = '0') {
      const offset = Number(after);
      const bytes = Buffer.from((await readIfPresent(pathOf(runId, 'events.ndjson'))) ?? '', 'utf8');
      const isAfterLine = offset === 0 || bytes[offset - 1] === 0x0a;
      if (!/^\d{1,15}$/.test(after) || !isAfterLine) throw invalidPosition(after);
      // A last line without its end is still being written, or was torn by a crash.
      const whole = bytes.lastIndexOf(0x0a) + 1;
      const lines = bytes.subarray(offset, Math.max(offset, whole)).toString('utf8').split('\n').slice(0, -1);
      let end = offset;
      const positions = lines.map((line) => {
        end += Buffer.byteLength(line) + 1;
        return String(end);
      });
      const path = pathOf(runId, 'events.ndjson');
      const events = lines.map((line, index): RunEvent => {
        const place = `${path} at byte ${index === 0 ? offset : positions[index - 1]}`;
        return parseRecord(line, (value) => runEventSchema.parse(value), place);
      });
      return { events, positions, position: String(end) };
    },

    async decide(runId, decision) {
      if (!/^[0-9a-f]{64}$/.test(decision.planDigest)) throw new Error(`${decision.planDigest} is no digest`);
      const path = pathOf(runId, 'decisions', `${decision.planDigest}.json`);
      await createAtomically(path, `${JSON.stringify(decision)}\n`);
      return (await readJson(path, (value) => approvalSchema.parse(value))) ?? decision;
    },

    record(entry) {
      const append = appending.then(async () => {
        await mkdir(options.directory, { recursive: true });
        await appendDurably(auditPath, `${JSON.stringify(entry)}\n`);
      });
      appending = append.catch(() => undefined);
      return append;
    },

    async audit({ limit, before }) {
      const older: AuditEntry[] = [];
      for await (const { text, at } of linesBack(auditPath)) {
        const entry = parseRecord(text, (value) => auditEntrySchema.parse(value), `${auditPath} at byte ${at}`);
        if (before === undefined || entry.id < before) older.push(entry);
        if (older.length >= limit + WRITTEN_AT_ONCE) break;
      }
      return older.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
    },

    requestCancel: (runId, by) => writeJson(pathOf(runId, 'cancel.json'), { by }),
    withdrawCancel: (runId) => rm(pathOf(runId, 'cancel.json'), { force: true }),
    isCancelRequested: async (runId) => (await readIfPresent(pathOf(runId, 'cancel.json'))) !== undefined,
  };
  return store;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** Appends and syncs; a torn line that a crash left at the end is cut off first. */
async function appendDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    if (size > 0 && !(await endsWithLine(file, size))) {
      const content = await file.readFile();
      await file.truncate(content.lastIndexOf(0x0a) + 1);
    }
    await file.appendFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function endsWithLine(file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer[0] === 0x0a;
}
