import type { DeploymentConfig } from '../domain/config/model.ts';
import type { StepResource } from '../domain/desired.ts';
import { decideFields } from '../domain/ownership/decide-fields.ts';
import type { FieldChange, FieldDecisions, KeptField } from '../domain/ownership/field-change.ts';
import { displayPath } from '../domain/ownership/field-path.ts';
import { fieldRules } from '../domain/ownership/field-rules.ts';
import type { PlannedChange, PlannedResource } from '../domain/plan-schema.ts';
import { shownValue } from '../domain/shown-value.ts';
import type { ResourceRecord } from '../domain/state.ts';
import { STEPS, type StepName } from '../domain/steps.ts';
import { canonicalJson, type JsonObject } from '../shared/json.ts';
import type { WantedResource } from './forecast.ts';

export interface Comparison {
  readonly config: Pick<DeploymentConfig, 'written' | 'preserve'>;
  /** Of the same resource; undefined: nothing is remembered of it. */
  readonly record: ResourceRecord | undefined;
  readonly live: JsonObject;
  readonly repairs: boolean;
}

/** What a write of the resource would do to each field, by the same rules as the write itself. */
export function decideResource(resource: StepResource, { config, record, live, repairs }: Comparison): FieldDecisions {
  const accepted = record?.accepted;
  return decideFields(
    { desired: resource.body, applied: record?.applied, live, ...(accepted && { accepted }) },
    fieldRules(resource, config),
    repairs,
  );
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
    return {
      path,
      from: shownValue(path, change.from),
      to: after === undefined ? shownValue(path, change.to) : `(known after ${after})`,
      owner: change.owner,
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
