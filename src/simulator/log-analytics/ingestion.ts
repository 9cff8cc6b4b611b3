import type { SentLine } from '../workload-logs/sent-line.ts';
import type { World } from '../world.ts';

/** A line as a workspace has it; milliseconds since 1970. */
export interface Ingested {
  readonly line: SentLine;
  readonly workloadId: string;
  readonly timeGenerated: number;
  /** From when on queries find it. */
  readonly availableAt: number;
}

/** Lines of so many seconds are sent together. */
const BATCH_SECONDS = 5;
/**
 * By the environment itself: agents send within a minute, and fifteen seconds go by in the workspace
 * (https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time). `TimeGenerated` is when a batch was received, and
 * some batches come minutes after later ones (https://github.com/microsoft/azure-container-apps/issues/79).
 */
const CUSTOM = { seconds: 75, lateSeconds: 240 };
/** By diagnostic settings: three to ten minutes, by the same page. */
const RESOURCE = { seconds: 180, lateSeconds: 420 };
/** A custom table is made with its first record: https://github.com/microsoft/azure-container-apps/issues/185 tells of ten minutes. */
const TABLE_SECONDS = 600;
/** One batch of so many is late. */
const LATE_BATCHES = 4;

/** All of a table, whether it can be found yet or not. */
export function ingest(
  world: World,
  family: 'custom' | 'azure',
  lines: readonly { readonly workloadId: string; readonly line: SentLine }[],
): readonly Ingested[] {
  const { seconds, lateSeconds } = family === 'custom' ? CUSTOM : RESOURCE;
  const batch = world.duration(BATCH_SECONDS);
  const ingested = lines.map(({ line, workloadId }): Ingested => {
    const at = Date.parse(line.at);
    const sentAt = batch === 0 ? at : Math.ceil(at / batch) * batch;
    const isLate = scattered(`${sentAt}${line.replica}`) % LATE_BATCHES === 0;
    const receivedAt = sentAt + (isLate ? world.duration(lateSeconds) : 0);
    return {
      line,
      workloadId,
      timeGenerated: family === 'custom' ? receivedAt : at,
      availableAt: receivedAt + world.duration(seconds),
    };
  });
  if (family === 'azure') return ingested;
  const first = Math.min(...ingested.map(({ timeGenerated }) => timeGenerated));
  const tableAt = first + world.duration(TABLE_SECONDS);
  return ingested.map((one) => ({ ...one, availableAt: Math.max(one.availableAt, tableAt) }));
}

/** A number that goes with a text and with nothing that is like it: records have no order of their own. */
export function scattered(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
