import type { PlannedResource, TakeoverStage } from '../domain/plan-schema.ts';
import { compileSchedule, positions } from '../domain/schedule.ts';
import { isOfOriginalScript } from '../domain/state.ts';
import { STEPS, type StepName, trafficStep } from '../domain/steps.ts';
import { isSideBySide } from '../resources/container-app.ts';
import { kindOf } from '../resources/registry.ts';
import type { WantedResource } from './forecast.ts';
import type { ResourcePlanInput } from './resource-plan-input.ts';

/** What happens to one resource in one step. */
interface Event {
  readonly what: string;
  readonly key: string;
  readonly step: StepName;
  /** What comes first where both happen at the same time of the schedule. */
  readonly rank: number;
}

/** What is new comes before what it takes the place of. */
const RANK = { granted: 0, replaced: 1, made: 1, served: 2, ended: 3, removed: 4 } as const;

/**
 * In which order what is taken over changes hands: by the schedule of the steps, the late fields of the kinds, and the lines of
 * the plan. Nothing where nothing is taken over.
 */
export function takeoverOrder(lines: readonly PlannedResource[], input: ResourcePlanInput): readonly TakeoverStage[] {
  if (!lines.some(({ action }) => action === 'adopt')) return [];
  const schedule = positions(compileSchedule(STEPS));
  const timeOf = ({ step }: Event): number => schedule.get(step) ?? 0;
  const events = lines
    .flatMap((line) => eventsOf(line, input))
    .sort((one, other) => timeOf(one) - timeOf(other) || one.rank - other.rank);
  return [...(isOfOriginalScript(input.state) ? [COPY] : []), ...together(events)];
}

const COPY: TakeoverStage = { what: 'the state of the original script is kept as a copy', resources: [], steps: [] };

function eventsOf(line: PlannedResource, input: ResourcePlanInput): readonly Event[] {
  const { key, action, type } = line;
  // Whoever sees to what is in no configuration does it once everything else is well.
  if (action === 'delete')
    return [{ what: 'removed, now that everything else is well', key, step: trafficStep().name, rank: RANK.removed }];
  const wanted = input.wanted.find(({ resource }) => resource.key === key);
  if (!wanted || !['create', 'adopt', 'update'].includes(action)) return [];
  const { step } = wanted.resource;
  if (action === 'create') {
    return kindOf(type)?.grants ? [{ what: 'roles are granted', key, step, rank: RANK.granted }] : [];
  }
  return [...revisions(line, wanted, input), ...endings(line, wanted)];
}

/** An app that exists gets a new revision; who has the traffic until then is its kind of service. */
function revisions(
  { key, changes = [] }: PlannedResource,
  { resource: { step } }: WantedResource,
  { config: { services } }: ResourcePlanInput,
): readonly Event[] {
  const service = [...services.application, ...services.infrastructure].find((one) => key === `app:${one.key}`);
  if (!service || changes.length === 0) return [];
  if (!isSideBySide(service)) {
    return [{ what: 'replaced as soon as the new revision is ready', key, step, rank: RANK.replaced }];
  }
  return [
    { what: 'new revisions, without traffic, pull and read secrets by identity', key, step, rank: RANK.made },
    { what: 'traffic moves, once they are judged healthy', key, step: trafficStep().name, rank: RANK.served },
  ];
}

/** A late field ends something that others used until now: in the step that finishes it, or after everything else of its own. */
function endings({ key, changes = [] }: PlannedResource, { resource, finishedBy }: WantedResource): readonly Event[] {
  const [finishing] = finishedBy;
  const why = finishing ? 'which only old revisions needed' : 'now that what takes their place is there';
  const step = finishing ?? resource.step;
  return Object.entries(resource.kind.late ?? {}).flatMap(([path, ended]) =>
    changes.some((change) => change.path === path)
      ? [{ what: `${ended} off, ${why}`, key, step, rank: RANK.ended }]
      : [],
  );
}

/** Neighbours that are the same are one stage. */
function together(events: readonly Event[]): readonly TakeoverStage[] {
  const result: TakeoverStage[] = [];
  for (const { what, key, step } of events) {
    const last = result.at(-1);
    if (last?.what === what) {
      last.resources.push(key);
      if (!last.steps.includes(step)) last.steps.push(step);
    } else {
      result.push({ what, resources: [key], steps: [step] });
    }
  }
  return result;
}
