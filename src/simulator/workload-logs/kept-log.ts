import { type LogLine, lineKey } from '../container-apps/logs/log-line.ts';
import type { StoredResource } from '../store.ts';
import { environmentIdOf } from '../types/workload.ts';
import type { World } from '../world.ts';
import { type Sink, sinksOf } from './destination.ts';
import type { KeptLog, SentLine } from './sent-line.ts';

/**
 * Everything that an app or a job has written, oldest first.
 *
 * @param told what follows from its revisions or executions as they are now
 */
export function wholeLog(world: World, resource: StoredResource, told: readonly LogLine[]): readonly SentLine[] {
  const kept = world.state.logs[resource.id.toLowerCase()];
  const fresh = sentNow(world, resource, newOnes(kept, told));
  return [...(kept?.lines ?? []), ...fresh].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** Lines with where their environment sends them at this moment. */
export function sentNow(world: World, { body }: StoredResource, lines: readonly LogLine[]): readonly SentLine[] {
  const environmentId = environmentIdOf(body);
  const sinks = sinksOf(world, environmentId);
  return lines.map((line) => ({ ...line, environmentId, to: addressees(sinks, line) }));
}

/** To be called before something changes from which it follows what was written. */
export function keepLog(world: World, resource: StoredResource, told: readonly LogLine[]): void {
  const lines = wholeLog(world, resource, told);
  if (lines.length > 0) keepLines(world, resource.id, lines);
}

export function keepLines(world: World, id: string, lines: readonly SentLine[]): void {
  world.state.logs[id.toLowerCase()] = { lines, until: new Date(world.now()).toISOString() };
}

function newOnes(kept: KeptLog | undefined, told: readonly LogLine[]): readonly LogLine[] {
  if (!kept) return told;
  const known = new Set(kept.lines.map(lineKey));
  return told
    .filter((line) => !known.has(lineKey(line)))
    .map((line) => (Date.parse(line.at) < Date.parse(kept.until) ? { ...line, at: kept.until } : line));
}

function addressees(sinks: readonly Sink[], { at, kind }: LogLine): readonly string[] {
  return sinks
    .filter(({ kinds, since }) => kinds.includes(kind) && (since === undefined || Date.parse(since) <= Date.parse(at)))
    .map(({ family, workspace }) => `${family}:${workspace}`);
}
