import { isJsonObject, type Json } from '../shared/json.ts';
import type { StepMemoryRecord } from '../state/ports.ts';

/** The values of a step's memory by their keys, and whose they are. */
export interface MemoryContents {
  readonly values: Map<string, Json>;
  /** Keys of what this run hands on to the one that takes over from it. */
  readonly open: Set<string>;
  /** Keys of what this run was handed, as long as it has not written them itself. */
  readonly inherited: Set<string>;
}

const OPEN = '#open';
const INHERITED = '#inherited';

export function storedContents({ values, open, inherited }: MemoryContents): StepMemoryRecord {
  return { ...Object.fromEntries(values), [OPEN]: [...open], [INHERITED]: [...inherited] };
}

export function parseContents(stored: StepMemoryRecord, runId: string): MemoryContents {
  const { [OPEN]: open, [INHERITED]: inherited, ...values } = stored;
  const entries = new Map(Object.entries(values));
  if (open === undefined) return contentsBeforeScopes(entries, runId);
  return { values: entries, open: keysIn(open), inherited: keysIn(inherited) };
}

/** What a successor begins with: all that was left open, by this run or by those before it. */
export function handedOn({ values, open, inherited }: MemoryContents): MemoryContents {
  const keys = new Set([...open, ...inherited]);
  return { values: new Map([...values].filter(([key]) => keys.has(key))), open: new Set(), inherited: keys };
}

function keysIn(list: Json | undefined): Set<string> {
  return new Set(Array.isArray(list) ? list.filter((key) => typeof key === 'string') : []);
}

/** Memories of version 0.1 do not say which of their records are handed on; these were. */
const HANDED_ON_BEFORE_SCOPES = ['operation', 'intent', 'build', 'execution', 'migrated'];

/** They carried the id of the run that wrote them, and `done` once there was nothing to go on with. */
function contentsBeforeScopes(values: Map<string, Json>, runId: string): MemoryContents {
  const contents = { values, open: new Set<string>(), inherited: new Set<string>() };
  for (const [key, value] of values) {
    if (!HANDED_ON_BEFORE_SCOPES.includes(key.split(':')[0] ?? '')) continue;
    const record = isJsonObject(value) ? value : {};
    const writer = record.runId ?? record.askedBy ?? runId;
    if (record.done === true) continue;
    (writer === runId ? contents.open : contents.inherited).add(key);
  }
  return contents;
}
