import type { DesiredResource } from '../../domain/desired.ts';
import type { FieldDecisions } from '../../domain/ownership/field-change.ts';
import { isWithin, plainPath } from '../../domain/ownership/field-path.ts';
import { hashJson } from '../../shared/json.ts';

/** The same with its late fields: for whoever knows that nobody needs them as they are any more. */
export function withLateFields<Desired extends DesiredResource>(desired: Desired): Desired {
  return { ...desired, kind: { ...desired.kind, late: [] } };
}

/** The decisions of which this write is made: late fields wait. */
export function dueNow(
  { kind: { late = [] } }: Pick<DesiredResource, 'kind'>,
  decisions: FieldDecisions,
): FieldDecisions {
  return { ...decisions, changes: decisions.changes.filter(({ path }) => !isWithin(plainPath(path), late)) };
}

/** Tells apart what was written of a resource: its fields without the late ones, and all of them. */
export function writeHash({ kind: { late = [] }, body }: Pick<DesiredResource, 'kind' | 'body'>): string {
  return hashJson(late.length === 0 ? body : { ...body, late: [...late] });
}
