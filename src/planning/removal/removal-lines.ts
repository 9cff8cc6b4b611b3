import { nameOf } from '../../domain/ids.ts';
import type { PlannedResource } from '../../domain/plan-schema.ts';
import type { Candidate, RemovalDecision } from '../../domain/removal/removal-decision.ts';
import type { ResourceKind } from '../../resources/kind.ts';

/** A candidate with its kind; undefined: this version makes none like it. */
export interface Seen extends Candidate {
  readonly kind: ResourceKind | undefined;
  /** Names of what others made in it. */
  readonly others: readonly string[];
  /** When it was made, ISO 8601, as far as Azure tells. */
  readonly since: string | undefined;
}

const DAY_IN_MS = 24 * 60 * 60 * 1000;

/** Of a resource of any type it is part of the line, since no registry has it. */
export function versionOf({ generic }: Seen['record']): Pick<PlannedResource, 'apiVersion'> {
  return generic ? { apiVersion: generic.api_version } : {};
}

/** The line of what is decided by itself. */
export function standing(
  one: Seen,
  decision: Exclude<RemovalDecision, { action: 'gone' }>,
  now: Date,
): PlannedResource {
  const { name, record, kind } = one;
  const base = { key: name, id: record.id, type: record.type, ...versionOf(record) };
  if (!kind)
    return { ...base, action: 'left_behind', reason: `this version makes no ${record.type}, and deletes none` };
  if (decision.action !== 'delete') return { ...base, action: decision.action, reason: decision.reason };
  const reason = [nameOf(record.id), ...lost(one, kind), ...afterlife(one, kind, now)].join('; ');
  return { ...base, action: 'delete', reason, ...data(one, kind) };
}

function lost({ others }: Seen, { deletion: { takes } }: ResourceKind): readonly string[] {
  const theirs = others.length > 0 ? [`with what others made in it: ${others.join(', ')}`] : [];
  return takes === undefined ? theirs : [`with ${takes}`, ...theirs];
}

/** What Azure keeps of it, until when, and whether its name is held. */
function afterlife({ live }: Seen, { deletion }: ResourceKind, now: Date): readonly string[] {
  if (!deletion.afterlife || typeof live !== 'object') return [];
  const { days, holdsName, isProtected } = deletion.afterlife(live);
  const until = new Date(now.getTime() + days * DAY_IN_MS).toISOString().slice(0, 10);
  const held = holdsName ? ['its name is held until then'] : [];
  const forGood = isProtected ? ['purge protection: nobody can end that before'] : [];
  return [[`Azure keeps it, deleted, until ${until} (${days} days)`, ...held, ...forGood].join(', ')];
}

function data({ record, live, since }: Seen, kind: ResourceKind): Pick<PlannedResource, 'data'> {
  if (!record.holds_data) return {};
  const size = typeof live === 'object' ? kind.dataSize?.(live) : undefined;
  return { data: { ...(size !== undefined && { size }), ...(since !== undefined && { since }) } };
}
