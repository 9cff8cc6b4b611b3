import type { DesiredResource } from '../../domain/desired.ts';
import { withoutPaths } from '../../domain/merge.ts';
import type { FieldDecisions } from '../../domain/ownership/field-change.ts';
import { isWithin, plainPath } from '../../domain/ownership/field-path.ts';
import { hashJson } from '../../shared/json.ts';

/** The same with its late fields: for whoever knows that nobody needs them as they are any more. */
export function withLateFields<Desired extends DesiredResource>(desired: Desired): Desired {
  return { ...desired, kind: { ...desired.kind, late: {} }, later: [] };
}

/** Nothing but its late fields, for whoever comes after the step that sees to the rest. */
export function lateFieldsOf<Desired extends DesiredResource>(desired: Desired): Desired {
  return { ...withLateFields(desired), only: latePaths(desired) };
}

/** As it is made: without what comes later even then. */
export function withoutLater<Desired extends DesiredResource>(desired: Desired): Desired {
  const { later = [] } = desired;
  return later.length === 0 ? desired : { ...desired, body: withoutPaths(desired.body, later) };
}

/** The decisions of which this write is made: late fields wait, and what it is not limited to is not its business. */
export function dueNow(
  desired: Pick<DesiredResource, 'kind' | 'only' | 'later'>,
  decisions: FieldDecisions,
): FieldDecisions {
  const { only } = desired;
  const changes = decisions.changes.filter(({ path }) => !isWithin(plainPath(path), latePaths(desired)));
  if (only === undefined) return { ...decisions, changes };
  return { ...decisions, changes: changes.filter(({ path }) => isWithin(plainPath(path), only)), refused: [] };
}

/** Tells apart what was written of a resource: its fields without the late ones, and all of them. */
export function writeHash(desired: Pick<DesiredResource, 'kind' | 'body' | 'later'>): string {
  const late = latePaths(desired);
  return hashJson(late.length === 0 ? desired.body : { ...desired.body, late: [...late] });
}

function latePaths({ kind: { late = {} }, later = [] }: Pick<DesiredResource, 'kind' | 'later'>): readonly string[] {
  return [...Object.keys(late), ...later];
}
