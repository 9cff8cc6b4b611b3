import type { DesiredResource } from '../../domain/desired.ts';
import { overlay, withoutPaths } from '../../domain/merge.ts';
import { appliedAfter } from '../../domain/ownership/apply-changes.ts';
import { type Bodies, decideFields, type Repairs, respelling } from '../../domain/ownership/decide-fields.ts';
import type { FieldChange, FieldDecisions } from '../../domain/ownership/field-change.ts';
import { displayPath } from '../../domain/ownership/field-path.ts';
import { fieldRules } from '../../domain/ownership/field-rules.ts';
import { memberFields } from '../../domain/ownership/foreign-members.ts';
import type { Ownership } from '../../domain/ownership/ownership.ts';
import type { EnvironmentState, ResourceRecord } from '../../domain/state.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { StepContext } from '../step.ts';

/** As the state has it; a record of another resource under the same key is none. */
export function recordedOwnership(state: Pick<EnvironmentState, 'resources'>, { key, id }: DesiredResource): Ownership {
  const record = state.resources[key];
  if (record?.id.toLowerCase() !== id.toLowerCase()) return { accepted: [] };
  const { applied = fixedFields(record), accepted = [], respelled } = record;
  return { applied, accepted, respelled };
}

/** States of before fields were remembered know those that Azure never changes. */
function fixedFields({ immutable }: ResourceRecord): JsonObject | undefined {
  const fixed = Object.entries(immutable).flatMap(([path, json]) => (json === 'null' ? [] : [nested(path, json)]));
  return fixed.length === 0 ? undefined : fixed.reduce(overlay);
}

function nested(path: string, json: string): JsonObject {
  const [first = '', ...rest] = path.split('.');
  return { [first]: rest.length === 0 ? JSON.parse(json) : nested(rest.join('.'), json) };
}

/** Whether a run puts back what is ours although the configuration did not change it. */
function repairsOf({ options, reason }: Pick<StepContext, 'options' | 'reason'>): boolean {
  return options.refresh === true || reason.forced;
}

/** What becomes of every field of a live resource in this run. @param repairs besides what the run was asked for */
export function decide(
  context: Pick<StepContext, 'config' | 'options' | 'reason'>,
  desired: DesiredResource,
  { applied, accepted, respelled }: Ownership,
  live: JsonObject,
  repairs: Repairs = false,
): FieldDecisions {
  const bodies: Bodies = { desired: desired.body, applied, live, accepted, respelled };
  return decideFields(bodies, fieldRules(desired, context.config), repairsOf(context) || repairs);
}

/** Of a resource that was made as desired. */
export function ownershipOfNew({ body, kind }: DesiredResource): Ownership {
  return { applied: withoutPaths(body, kind.createOnly), accepted: [] };
}

/** After these decisions were carried out. What was made safe of somebody else's is accepted as it is then, and stays theirs. */
export function ownershipAfter(
  { secured = {} }: Pick<DesiredResource, 'secured'>,
  { applied, accepted }: Ownership,
  { kept, agreed, changes }: FieldDecisions,
): Ownership {
  const isSecured = ({ path }: FieldChange): boolean => Object.hasOwn(secured, displayPath(path));
  const roots = Object.values(secured).map(({ theirs }) => theirs);
  const isOurs = ({ path }: FieldChange): boolean =>
    !path.some((_, index) => roots.includes(displayPath(path.slice(0, index + 1))));
  const fixed = kept.filter(({ why }) => why === 'fixed').map(({ path }) => displayPath(path));
  const safe = [...agreed, ...changes].filter(isSecured).flatMap(({ path, to }) => memberFields(path, to));
  return {
    applied: appliedAfter(applied, { agreed: agreed.filter(isOurs), changes: changes.filter(isOurs) }),
    accepted: [...new Set([...accepted, ...fixed, ...safe])],
  };
}

/** What Azure made of what a write has just sent, beside what it made of fields before. */
export function respelledAfter(
  { kind }: Pick<DesiredResource, 'kind'>,
  before: Ownership,
  written: readonly FieldChange[],
): Pick<Ownership, 'respelled'> {
  if (!kind.respells) return {};
  const now = written.map(({ path, from }) => [displayPath(path), respelling(from)]);
  return { respelled: { ...before.respelled, ...Object.fromEntries(now) } };
}
