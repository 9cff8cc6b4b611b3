import { holdsData, type StepResource } from '../domain/desired.ts';
import type { PlannedResource } from '../domain/plan-schema.ts';
import type { RunOptions } from '../domain/run.ts';
import { shownValue } from '../domain/shown-value.ts';
import type { EnvironmentState, ResourceRecord } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import { canonicalJson, jsonAt } from '../shared/json.ts';

export interface FoundResources {
  /** Lower-case ARM ids of what exists, with whether it carries our tags. */
  readonly ours: ReadonlyMap<string, boolean>;
}

export interface ResourcePlanInput {
  readonly desired: readonly StepResource[];
  /** Steps that run, or may. */
  readonly running: ReadonlySet<StepName>;
  readonly state: EnvironmentState;
  readonly options: RunOptions;
  readonly found: FoundResources | undefined;
}

/** What happens to each resource: created, updated, left alone, or refused. */
export function planResources(input: ResourcePlanInput): PlannedResource[] {
  const { desired, state } = input;
  const known = new Map<string, StepResource>();
  for (const resource of desired) if (!known.has(resource.key)) known.set(resource.key, resource);
  const wanted = [...known.values()].flatMap((resource) => planOne(resource, input) ?? []);
  const orphans = Object.entries(state.resources).flatMap(([key, record]): PlannedResource[] =>
    known.has(key) ? [] : [orphan(key, record)],
  );
  return [...wanted, ...orphans];
}

/** Undefined for what a step decided not to make, e.g. the job of a migration that is not there. */
function planOne(resource: StepResource, input: ResourcePlanInput): PlannedResource | undefined {
  const { key, id, kind, step, title } = resource;
  const planned = (action: PlannedResource['action'], reason?: string): PlannedResource => ({
    key,
    id,
    type: kind.type,
    action,
    ...(reason !== undefined && { reason }),
  });
  const record = input.state.resources[key];
  const frozen = record ? changedImmutables(resource, record) : [];
  if (frozen.length > 0) return planReplacement(resource, frozen, input, planned);
  const listed = kind.listing !== 'absent' && input.found !== undefined;
  const ours = listed ? input.found?.ours.get(id.toLowerCase()) : undefined;
  if (ours === false && kind.ownership === 'tagged') {
    if (input.options.adopt) return planned('adopt', `${title} is taken over; only our fields are changed`);
    return planned('forbidden', `${title} exists and is not marked as ours (${id}); --adopt takes it over`);
  }
  const exists = listed ? ours !== undefined : record?.id.toLowerCase() === id.toLowerCase();
  if (!exists) return input.running.has(step) ? planned('create', title) : undefined;
  return input.running.has(step) ? planned('update', `${title}, where it differs`) : planned('unchanged');
}

/** Fields that Azure does not let us change and that the configuration changed all the same. */
function changedImmutables(resource: StepResource, record: ResourceRecord): readonly string[] {
  if (record.id.toLowerCase() !== resource.id.toLowerCase()) return [];
  return Object.entries(record.immutable).flatMap(([path, before]) => {
    const after = canonicalJson(jsonAt(resource.body, path) ?? null);
    return after === before || after.includes('${') ? [] : [shownChange(path, before, after)];
  });
}

function shownChange(path: string, before: string, after: string): string {
  const [from, to] = [before, after].map((json) => shownValue(path, JSON.parse(json)));
  return `${path}: ${from} → ${to}`;
}

function planReplacement(
  resource: StepResource,
  changes: readonly string[],
  { options }: ResourcePlanInput,
  planned: (action: PlannedResource['action'], reason: string) => PlannedResource,
): PlannedResource {
  const { key, title } = resource;
  const what = `${title}: Azure does not change ${changes.join(', ')} in place`;
  const data = holdsData(resource) ? ' (its data is not moved)' : '';
  if (options.allowReplace.includes(key)) return planned('replace', `${what}${data}`);
  return planned('forbidden', `${what}; --allow-replace ${key} replaces it${data}`);
}

function orphan(key: string, { id, type }: ResourceRecord): PlannedResource {
  return {
    key,
    id,
    type,
    action: 'orphan',
    reason: `${key} is in the state and no longer in the configuration; it is left as it is`,
  };
}
