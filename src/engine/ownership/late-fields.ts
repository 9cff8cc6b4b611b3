import type { DesiredResource } from '../../domain/desired.ts';
import type { FieldDecisions } from '../../domain/ownership/field-change.ts';
import { isWithin, plainPath } from '../../domain/ownership/field-path.ts';
import { hashJson } from '../../shared/json.ts';

/** The same with its late fields: for whoever knows that nobody needs them as they are any more. */
export function withLateFields<Desired extends DesiredResource>(desired: Desired): Desired {
  return { ...desired, kind: { ...desired.kind, late: {} } };
}

/** Nothing but its late fields, for whoever comes after the step that sees to the rest. */
export function lateFieldsOf<Desired extends DesiredResource>(desired: Desired): Desired {
  return { ...withLateFields(desired), only: latePaths(desired) };
}

/** The decisions of which this write is made: late fields wait, and what it is not limited to is not its business. */
export function dueNow(
  { kind, only }: Pick<DesiredResource, 'kind' | 'only'>,
  decisions: FieldDecisions,
): FieldDecisions {
  const changes = decisions.changes.filter(({ path }) => !isWithin(plainPath(path), latePaths({ kind })));
  if (only === undefined) return { ...decisions, changes };
  return { ...decisions, changes: changes.filter(({ path }) => isWithin(plainPath(path), only)), refused: [] };
}

/** Tells apart what was written of a resource: its fields without the late ones, and all of them. */
export function writeHash({ kind, body }: Pick<DesiredResource, 'kind' | 'body'>): string {
  const late = latePaths({ kind });
  return hashJson(late.length === 0 ? body : { ...body, late: [...late] });
}

function latePaths({ kind: { late = {} } }: Pick<DesiredResource, 'kind'>): readonly string[] {
  return Object.keys(late);
}
