import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Changes } from './changes.ts';

/** A journal that is so much longer than the file gives way to another file. */
const LONGER_THAN_FILE = 2;
const LEAST_BYTES = 4 * 1024 * 1024;

/** A state in a file, and beside it (`FILE.journal`) what has changed since the file was written. */
export interface Journal {
  /** Writes what has changed, in the time that takes; the first time, and when the journal has become long, all of the state. */
  write(changes: Changes, whole: () => string): Promise<void>;
  /** Writes all of the state. */
  writeWhole(whole: () => string): Promise<void>;
  /** The same, and there is no journal afterwards. */
  close(whole: () => string): Promise<void>;
}

/** One line of the journal; members and keys that are null are gone. */
interface Line {
  readonly members: Record<string, unknown>;
  readonly entries: Record<string, Record<string, unknown>>;
}

/** The first line of a journal: it belongs to the file of this generation, to no other. */
interface Header {
  readonly generation: number;
}

/**
 * What is kept; undefined where nothing is. A file of earlier versions is one without a journal. A last line that was cut off was never
 * acknowledged.
 *
 * @throws SyntaxError where a line that others follow is no JSON
 */
export function readCloudFile(path: string): Record<string, unknown> | undefined {
  // The file of the next generation may come between the two readings.
  for (;;) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    if (text === undefined) return undefined;
    const { generation = 0, ...state } = JSON.parse(text) as Record<string, unknown> & Partial<Header>;
    const lines = existsSync(`${path}.journal`) ? readFileSync(`${path}.journal`, 'utf8').split('\n').slice(0, -1) : [];
    const [header, ...changes] = lines;
    const its = header === undefined ? generation : (JSON.parse(header) as Header).generation;
    if (its > generation && readFileSync(path, 'utf8') !== text) continue;
    if (its === generation) for (const line of changes) apply(state, JSON.parse(line) as Line);
    return state;
  }
}

function apply(state: Record<string, unknown>, { members, entries }: Line): void {
  change(state, members);
  for (const [collection, changed] of Object.entries(entries)) {
    state[collection] ??= {};
    change(state[collection] as Record<string, unknown>, changed);
  }
}

function change(target: Record<string, unknown>, changed: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(changed)) {
    if (value === null) delete target[name];
    else target[name] = value;
  }
}

/** @param leastBytes a journal that is shorter never gives way */
export function openJournal(path: string, leastBytes = LEAST_BYTES): Journal {
  const journal = `${path}.journal`;
  /** Undefined where the journal is not this file's, or may end in the middle of a line. */
  let generation: number | undefined;
  let newest: number | undefined;
  let fileBytes = 0;
  let bytes = 0;

  async function writeFileAnew(whole: () => string): Promise<void> {
    const next = (newest ?? generationOf(path)) + 1;
    const text = `{"generation":${next},${whole().slice(1)}`;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
    newest = next;
    // From here on the journal that is there belongs to another file.
    generation = undefined;
    const header = `{"generation":${next}}\n`;
    await writeFile(journal, header, { mode: 0o600 });
    generation = next;
    fileBytes = text.length;
    bytes = header.length;
  }

  return {
    async write(changes, whole) {
      const isLong = bytes > Math.max(leastBytes, LONGER_THAN_FILE * fileBytes);
      if (generation === undefined || isLong) return await writeFileAnew(whole);
      const line = lineOf(changes);
      if (line === undefined) return;
      const its = generation;
      generation = undefined;
      await appendFile(journal, line, { mode: 0o600 });
      generation = its;
      bytes += Buffer.byteLength(line);
    },
    writeWhole: writeFileAnew,
    async close(whole) {
      await writeFileAnew(whole);
      await rm(journal, { force: true });
      generation = undefined;
    },
  };
}

function generationOf(path: string): number {
  if (!existsSync(path)) return 0;
  // What was written here begins with it.
  const [, found = 0] = /^\{"generation":(\d+),/.exec(readFileSync(path, 'utf8').slice(0, 40)) ?? [];
  return Number(found);
}

/** Undefined where nothing has changed. */
function lineOf({ members, entries }: Changes): string | undefined {
  if (members.size === 0 && entries.size === 0) return undefined;
  const own = [...entries].map(([collection, keys]) => `${JSON.stringify(collection)}:${objectOf(keys)}`);
  return `{"members":${objectOf(members)},"entries":{${own.join(',')}}}\n`;
}

function objectOf(texts: ReadonlyMap<string, string | undefined>): string {
  return `{${[...texts].map(([name, text]) => `${JSON.stringify(name)}:${text ?? 'null'}`).join(',')}}`;
}
