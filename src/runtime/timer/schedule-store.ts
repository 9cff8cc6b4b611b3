import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isJsonObject } from '../../shared/json.ts';

/** When a timer last ran and is due next; ISO 8601. */
interface ScheduleStatus {
  readonly Last: string;
  readonly Next: string;
  readonly LastUpdated: string;
}

export interface ScheduleStore {
  read(timer: string): Promise<ScheduleStatus | undefined>;
  write(timer: string, status: ScheduleStatus): Promise<void>;
}

/**
 * Keeps the statuses of all timers in one file. A damaged file is treated as missing: then a time that was missed while
 * nothing ran is not made up for.
 */
export function createScheduleStore(path: string): ScheduleStore {
  let statuses: Promise<Record<string, ScheduleStatus>> | undefined;
  let written = Promise.resolve();
  const all = (): Promise<Record<string, ScheduleStatus>> => {
    statuses ??= readStatuses(path);
    return statuses;
  };
  return {
    read: async (timer) => (await all())[timer],
    async write(timer, status) {
      const known = await all();
      known[timer] = status;
      const next = written.catch(() => undefined).then(() => writeStatuses(path, known));
      written = next;
      await next;
    },
  };
}

async function readStatuses(path: string): Promise<Record<string, ScheduleStatus>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    const document: unknown = JSON.parse(text);
    if (!isJsonObject(document)) return {};
    const entries = Object.entries(document).filter(([, value]) => isStatus(value));
    return Object.fromEntries(entries) as unknown as Record<string, ScheduleStatus>;
  } catch {
    return {};
  }
}

function isStatus(value: unknown): boolean {
  return (
    isJsonObject(value) && ['Last', 'Next', 'LastUpdated'].every((key) => !Number.isNaN(Date.parse(`${value[key]}`)))
  );
}

async function writeStatuses(path: string, statuses: Record<string, ScheduleStatus>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.tmp`, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(statuses));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
}
