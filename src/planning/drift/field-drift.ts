import { type Difference, differences } from '../../domain/compare.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { type DesiredResource, invariantsOf, openArrays } from '../../domain/desired.ts';
import { decideFields, type FieldRules, isSameValue } from '../../domain/ownership/decide-fields.ts';
import type { FieldChange } from '../../domain/ownership/field-change.ts';
import { displayPath, type FieldPath, isWithin, plainPath } from '../../domain/ownership/field-path.ts';
import { fieldRules } from '../../domain/ownership/field-rules.ts';
import { fieldAt } from '../../domain/ownership/field-value.ts';
import { foreignMembers, memberFields } from '../../domain/ownership/foreign-members.ts';
import { dangerOf } from '../../domain/ownership/owner.ts';
import type { Ownership } from '../../domain/ownership/ownership.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/** One field that is not as it was left. */
export interface FieldDrift extends Difference {
  /** Whether a repair puts it back: the file or the closed list says what it is. */
  readonly isRepaired: boolean;
  /** Of an invariant: what may happen as it is. */
  readonly danger?: string;
}

type Remarks = Omit<FieldDrift, keyof Difference>;

/**
 * What somebody changed in a live resource since we last applied it: in fields of ours, and by adding to arrays of ours. What
 * Azure itself changes is none of it. Without a record only what the file says, what is computed and the invariants count.
 */
export function fieldDrift(
  desired: DesiredResource,
  ownership: Ownership,
  live: JsonObject,
  config: DeploymentConfig,
): readonly FieldDrift[] {
  const { applied, accepted, respelled } = ownership;
  const bodies = { desired: desired.body, applied, live, accepted, respelled };
  const rules = fieldRules(desired, config);
  const { changes, kept, refused } = decideFields(bodies, rules, true);
  const remarks = (field: FieldChange, isRepaired: boolean): Remarks => {
    const danger = dangerOf(invariantsOf(desired), field.path);
    return { isRepaired, ...(danger !== undefined && { danger }) };
  };
  if (applied === undefined) return changes.flatMap((change) => shown(change, change.to, remarks(change, true)));
  const left = [...kept.filter(({ why }) => why === 'unclaimed' || why === 'needed'), ...refused];
  const { toldArrays = [] } = desired.kind;
  const open = openArrays(desired).filter((path) => !toldArrays.includes(path));
  // What was made safe is as we left it while it says no more than that.
  const foreign = foreignMembers([desired.body, applied], live, open).filter(
    ({ path, found }) => !memberFields(path, found).every((field) => accepted.includes(field)),
  );
  return [
    ...changes.flatMap((change) => drifted(rules, change, applied, remarks(change, true))),
    ...left.flatMap((field) => drifted(rules, field, applied, remarks(field, false))),
    ...foreign.map(({ path, found }) => ({
      ...{ path: displayPath(path), expected: null, found },
      isRepaired: isWithin(plainPath(path), desired.kind.wholeArrays ?? []),
    })),
  ];
}

/** Against what was applied; an invariant is wanted although it never was. */
function drifted(rules: FieldRules, field: FieldChange, applied: JsonObject, remarks: Remarks): readonly FieldDrift[] {
  const before = fieldAt(applied, field.path);
  if (before === undefined) return field.owner === 'invariant' ? shown(field, field.to, remarks) : [];
  return isSameValue(rules, field.path, before, field.from) ? [] : shown(field, before, remarks);
}

/** Of a member of an array the fields that differ. */
function shown({ path, from }: FieldChange, expected: Json | undefined, remarks: Remarks): readonly FieldDrift[] {
  return parts(path, expected ?? null, from).map((part) => ({ ...part, ...remarks }));
}

function parts(path: FieldPath, expected: Json, found: Json | undefined): readonly Difference[] {
  const at = displayPath(path);
  if (!isJsonObject(expected) || !isJsonObject(found)) return [{ path: at, expected, found }];
  const within = differences({ body: expected, kind: {} }, found);
  // It says all that it should, and more.
  if (within.length === 0) return [{ path: at, expected, found }];
  return within.map((one) => ({ ...one, path: `${at}.${one.path}` }));
}
