import type { Plan, PlannedResource } from '../domain/plan-schema.ts';

const DAY_IN_MS = 24 * 60 * 60 * 1000;

/** A plan of deletions for people: what goes, data first, and what stays, each with its reason. */
export function removalLines({ resources }: Plan, now = new Date()): readonly string[] {
  const going = resources.filter(({ action }) => action === 'delete');
  const own = going.filter(({ goesWith }) => goesWith === undefined);
  const lines = (one: PlannedResource): string =>
    goingLine(
      one,
      going.filter(({ goesWith }) => goesWith === one.key),
      now,
    );
  return [
    ...section(
      'In the way:',
      resources.filter(({ action }) => action === 'forbidden').map((one) => `  ! ${one.reason ?? one.key}`),
    ),
    ...section(
      'Before anything is deleted:',
      resources.filter(({ action }) => action === 'create' || action === 'update').map(firstLine),
    ),
    ...section('Deleted, with their data:', own.filter(({ data }) => data).map(lines)),
    ...section('Deleted:', own.filter(({ data }) => !data).map(lines)),
    ...section(
      'Stay, and are left behind:',
      resources.filter(({ action }) => action === 'left_behind').map(stayingLine),
    ),
    ...section(
      'Stay, and are no concern of this environment any more:',
      resources.filter(({ action }) => action === 'keep').map(stayingLine),
    ),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function goingLine({ key, reason, data }: PlannedResource, withIt: readonly PlannedResource[], now: Date): string {
  const told = [
    reason,
    data && dataText(data, now),
    withIt.length > 0 ? `with ${withIt.map((one) => one.key).join(', ')}` : undefined,
  ];
  return `  - ${key.padEnd(28)} ${told.filter((part) => part !== undefined && part !== '').join('; ')}`.trimEnd();
}

/** `64 GB, made 2026-03-01 (274 days ago)`. */
function dataText({ size, since }: NonNullable<PlannedResource['data']>, now: Date): string {
  const age = since === undefined ? undefined : Math.floor((now.getTime() - Date.parse(since)) / DAY_IN_MS);
  const days = age === 1 ? '1 day' : `${age} days`;
  return [size, since && `made ${since.slice(0, 10)} (${days} ago)`].filter((part) => part).join(', ') || 'holds data';
}

function firstLine({ key, reason }: PlannedResource): string {
  return `  + ${key.padEnd(28)} ${reason ?? ''}`.trimEnd();
}

function stayingLine({ key, reason }: PlannedResource): string {
  return `  = ${key.padEnd(28)} ${reason ?? ''}`.trimEnd();
}
