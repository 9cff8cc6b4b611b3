import type { DeploymentConfig } from '../domain/config/model.ts';
import { holdsData } from '../domain/desired.ts';
import { isBelow } from '../domain/ids.ts';
import { type LeftBehindResource, leftBehind, type WantedIds } from '../domain/left-behind.ts';
import type { PlannedResource } from '../domain/plan-schema.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { recordedParts } from '../resources/templates/template-part.ts';
import type { WantedResource } from './forecast.ts';
import { planDangers } from './foreign/dangers.ts';
import { withoutLocked } from './foreign/locks.ts';
import { planUnwanted } from './foreign/unwanted.ts';
import { planResource } from './plan-resource.ts';
import type { ResourcePlanInput } from './resource-plan-input.ts';

/** What happens to each resource: created, changed field by field, left alone, left behind, or refused. */
export function planResources(input: ResourcePlanInput): PlannedResource[] {
  const { wanted, omitted, state } = input;
  const left = leftBehind(state, wantedIds(wanted, state, input.config));
  const leaving = left.filter(({ name, holds_data }) => holds_data && !state.left_behind[name]);
  const resources = wanted
    .filter(({ resource }) => !omitted.has(resource.key))
    .flatMap((one) => planResource(one, input) ?? [])
    .map((planned) => withoutTwin(planned, wanted))
    .map((planned) => withoutLoss(planned, input, leaving))
    .map((planned) => withoutLocked(planned, input.locks));
  const dangers = planDangers(input.dangers, resources, input.planned).map((one) => withoutLocked(one, input.locks));
  const isTold = ({ id }: LeftBehindResource): boolean =>
    dangers.some((danger) => danger.id.toLowerCase() === id.toLowerCase());
  const leftovers = left.filter((one) => !isTold(one));
  return [
    ...withoutRepeats(resources),
    ...dangers,
    ...leftovers.map((one) => planUnwanted(one, input.planned) ?? plannedLeftBehind(one)),
  ];
}

/** What each key stands for; an id that is not known yet is taken for the one that is recorded. */
export function wantedIds(
  wanted: readonly WantedResource[],
  state: EnvironmentState,
  config: Pick<DeploymentConfig, 'templates'>,
): WantedIds {
  const own = wanted.map(({ resource: { key, id }, variants }) => {
    const isKnown = !id.includes('${') && [...variants.values()].every((variant) => variant.id === id);
    return [key, isKnown ? id : (state.resources[key]?.id ?? id)] as const;
  });
  // What a template made is its own until a deployment of it has told otherwise.
  const parts = recordedParts(config, state).map(({ key, id }) => [key, id] as const);
  return new Map([...parts, ...own]);
}

/** What lies in a group that is refused is refused with it. */
function withoutRepeats(resources: readonly PlannedResource[]): readonly PlannedResource[] {
  const refused = resources.filter(({ action }) => action === 'forbidden');
  return resources.filter(
    ({ action, id }) => action !== 'forbidden' || !refused.some((other) => isBelow(id, other.id)),
  );
}

/** What the file says as a resource of any type is made by nothing else: two that write it would undo each other. */
function withoutTwin(planned: PlannedResource, wanted: readonly WantedResource[]): PlannedResource {
  const one = wanted.find(({ resource }) => resource.key === planned.key)?.resource;
  const id = one?.id.toLowerCase();
  const twin = wanted.find(
    ({ resource }) => resource.key !== planned.key && resource.id.toLowerCase() === id,
  )?.resource;
  if (!one?.needs || !twin) return planned;
  return {
    ...planned,
    action: 'forbidden',
    reason: `${one.title} (${one.key}) is the same resource as ${twin.title} (${twin.key}); say it once`,
  };
}

/** A new, empty one is not made in place of one that holds data and would be left, unless that is allowed. */
function withoutLoss(
  planned: PlannedResource,
  { wanted, options }: ResourcePlanInput,
  leaving: readonly LeftBehindResource[],
): PlannedResource {
  if (planned.action !== 'create') return planned;
  const found = wanted.find(({ resource }) => resource.key === planned.key);
  if (!found || !holdsData(found.resource)) return planned;
  const { key, title } = found.resource;
  const lost = leaving.find((one) => one.key === key || one.type.toLowerCase() === planned.type.toLowerCase());
  if (!lost || [key, lost.key].some((one) => options.allowReplace.includes(one))) return planned;
  return {
    ...planned,
    action: 'forbidden',
    reason: `${title} would be a new, empty one, and ${lost.name} with its data would be left behind (${lost.id}); set its name back to keep it, or --allow-replace ${key} leaves it`,
  };
}

function plannedLeftBehind({ name, id, type, holds_data, below }: LeftBehindResource): PlannedResource {
  const what = [
    'no longer in the configuration; left as it is',
    ...(holds_data ? ['holds data'] : []),
    ...(below.length > 0 ? [`with ${below.join(', ')}`] : []),
    `"destroy --left-behind ${name}" removes it, "state forget ${name}" lets it go`,
  ];
  return { key: name, id, type, action: 'left_behind', reason: what.join('; ') };
}
