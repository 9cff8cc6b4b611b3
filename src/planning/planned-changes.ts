import { invariantsOf, type StepResource } from '../domain/desired.ts';
import type { Repairs } from '../domain/ownership/decide-fields.ts';
import type { FieldChange, FieldDecisions, KeptField } from '../domain/ownership/field-change.ts';
import { displayPath } from '../domain/ownership/field-path.ts';
import { dangerOf } from '../domain/ownership/owner.ts';
import type { PlannedChange, PlannedResource } from '../domain/plan-schema.ts';
import { shownValue } from '../domain/shown-value.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { STEPS, type StepName } from '../domain/steps.ts';
import { decide, recordedOwnership } from '../engine/ownership/owned-fields.ts';
import { canonicalJson, type JsonObject } from '../shared/json.ts';
import type { WantedResource } from './forecast.ts';

export interface Comparison {
  readonly context: Parameters<typeof decide>[0];
  readonly state: EnvironmentState;
  readonly live: JsonObject;
  /** As of `decide`. */
  readonly repairs?: Repairs;
}

/** What a write of the resource would do to each field, by the same rules as the write itself. */
export function decideResource(resource: StepResource, { context, state, live, repairs }: Comparison): FieldDecisions {
  return decide(context, resource, recordedOwnership(state, resource), live, repairs);
}

/** The changes as they are shown. A value that is not known yet is told by the step after which it will be. */
export function plannedChanges(
  wanted: WantedResource,
  changes: readonly FieldChange[],
  comparison: Comparison,
): readonly PlannedChange[] {
  const others = [...wanted.variants].map(([step, variant]) => ({
    step,
    changes: new Map(decideResource(variant, comparison).changes.map((one) => [displayPath(one.path), one])),
  }));
  const knownAfter = (path: string, change: FieldChange): StepName | undefined => {
    const unknown = others.filter((other) => !isSame(other.changes.get(path), change)).map(({ step }) => step);
    return STEPS.findLast(({ name }) => unknown.includes(name))?.name;
  };
  return changes.map((change) => {
    const path = displayPath(change.path);
    const after = knownAfter(path, change);
    const danger = change.danger ?? dangerOf(invariantsOf(wanted.resource), change.path);
    return {
      path,
      from: shownValue(path, change.from),
      to: after === undefined ? shownValue(path, change.to) : `(known after ${after})`,
      owner: change.owner,
      ...(danger !== undefined && { danger }),
      ...(after !== undefined && { knownAfter: after }),
    };
  });
}

/** What stays although the configuration says something else; what it does not say is no news. */
export function keptFields(kept: readonly KeptField[]): NonNullable<PlannedResource['kept']> {
  return kept
    .filter(({ why }) => why !== 'unclaimed')
    .map(({ path, from, to, why }) => {
      const shown = displayPath(path);
      return { path: shown, found: shownValue(shown, from), wanted: shownValue(shown, to), why };
    });
}

function isSame(one: FieldChange | undefined, other: FieldChange): boolean {
  return one !== undefined && canonicalJson(one.to ?? null) === canonicalJson(other.to ?? null);
}
