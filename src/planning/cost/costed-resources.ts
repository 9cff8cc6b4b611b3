import type { CostedResource } from '../../cost/measure.ts';
import { nameOf } from '../../domain/ids.ts';
import type { Plan, PlannedResource } from '../../domain/plan-schema.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { WantedResource } from '../forecast.ts';
import type { PlanInput } from '../plan.ts';
import { runningSteps } from '../plan-resource.ts';
import { bodyAfterWrite } from '../plan-write.ts';
import type { ResourcePlanInput } from '../resource-plan-input.ts';

/** Each resource of a plan as it is and as it will be, as far as that is known. */
export function costedResources(plan: Plan, input: PlanInput): readonly CostedResource[] {
  const all: ResourcePlanInput = { ...input, planned: plan.steps };
  return plan.resources.map((line) => {
    const wanted = input.wanted.find(({ resource }) => resource.key === line.key);
    const foreseen = input.templates?.bodies.get(line.key);
    return {
      ...placeOf(line, wanted),
      ...(wanted ? bodiesOf(line, wanted, all) : (foreseen ?? recorded(line, input.state))),
    };
  });
}

/** Of a plan of deletions: only the state says what they are like. */
export function costedRemovals(plan: Plan, state: EnvironmentState): readonly CostedResource[] {
  return plan.resources.map((line) => ({ ...placeOf(line, undefined), ...recorded(line, state) }));
}

type Bodies = Pick<CostedResource, 'now' | 'after'>;

function placeOf(
  { key, id, type }: PlannedResource,
  wanted: WantedResource | undefined,
): Omit<CostedResource, 'now' | 'after'> {
  return { key, id, type, title: wanted?.resource.title ?? nameOf(id) };
}

function bodiesOf(line: PlannedResource, wanted: WantedResource, input: ResourcePlanInput): Bodies {
  const { resource } = wanted;
  const live = input.live.get(resource.id.toLowerCase());
  // What no step looks at is as it was last wanted.
  const now = live === undefined || live === 'unreadable' ? resource.body : live;
  switch (line.action) {
    case 'create':
      return { after: resource.body };
    case 'replace':
      return { now, after: resource.body };
    case 'update':
    case 'adopt':
      return {
        now,
        after:
          now === resource.body
            ? now
            : bodyAfterWrite(wanted, { live: now, running: runningSteps(wanted, input) }, input),
      };
    case 'forbidden':
      // Nobody knows whether it is there, and nothing comes of it.
      return live === undefined ? {} : { now, after: now };
    default:
      return { now, after: now };
  }
}

/** What the configuration wants no more. */
function recorded({ id, action }: PlannedResource, { resources, left_behind }: EnvironmentState): Bodies {
  const records = [...Object.values(resources), ...Object.values(left_behind)];
  const body: JsonObject = records.find((record) => record.id.toLowerCase() === id.toLowerCase())?.applied ?? {};
  return action === 'delete' ? { now: body } : { now: body, after: body };
}
