import type { ResourceRules, StepResource } from '../domain/desired.ts';
import type { PlannedResource } from '../domain/plan-schema.ts';
import { type EnvironmentState, isRecorded, type ResourceRecord } from '../domain/state.ts';
import type { Mark } from '../domain/tags.ts';
import { templateNamed } from '../domain/templates/template-key.ts';
import { claimOf, takenText } from '../engine/ownership/claims.ts';
import { kindOfWanted } from '../resources/registry.ts';
import type { JsonObject } from '../shared/json.ts';
import type { WantedResource } from './forecast.ts';
import { comesWithParent, type Planned, planWrite, type Running, uncertain } from './plan-write.ts';
import type { ResourcePlanInput } from './resource-plan-input.ts';

/** What happens to one resource; undefined for what is not there and will not be made. */
export function planResource(wanted: WantedResource, input: ResourcePlanInput): PlannedResource | undefined {
  const { resource } = wanted;
  const { key, id, kind, title } = resource;
  const planned: Planned = (action, more) => ({ key, id: shownId(wanted), type: kind.type, action, ...more });
  const mark = input.found?.marks.get(id.toLowerCase());
  const live = input.live.get(id.toLowerCase());
  const refusal = refusalOf(resource, ownerOf(kind, { mark, live, id }, input), input);
  if (refusal !== undefined) return planned('forbidden', { reason: refusal });

  const record = recordOf(id, input.state);
  const running = runningSteps(wanted, input);
  if (!exists(resource, { mark, live, record, isLookedAt: running.length > 0 }, input)) {
    if (running.length === 0 || resource.asFound) return undefined;
    if (kindOfWanted(resource)?.deletion.how === 'with-parent') return comesWithParent(wanted, running, planned);
    return unlessRefused(planCreation(wanted, running, input, planned), wanted, input);
  }
  if (running.length === 0) return planned('unchanged');
  if (live === undefined || live === 'unreadable') {
    return planned('update', { reason: `${title} could not be looked at`, maybe: running.map(({ step }) => step) });
  }
  const claimed = claimOf(resource, live, input.environment);
  if (claimed === 'taken') return planned('forbidden', { reason: takenText(resource, live) });
  if (claimed === 'suffices') return planned('keep', { reason: `${title}: is there already, and stays its maker's` });
  const owner = ownerOf(kind, { mark, live, id }, input);
  const line = planWrite(wanted, { live, record, isTaken: owner === 'unmarked', running }, input, planned);
  return ['adopt', 'update'].includes(line.action) ? unlessRefused(line, wanted, input) : line;
}

/** What was asked about, and would not come about: Azure would not let us do it, or there is no image to run. */
function unlessRefused(
  line: PlannedResource,
  { resource: { key, title } }: WantedResource,
  { refusals }: ResourcePlanInput,
): PlannedResource {
  const refused = refusals?.get(key);
  return refused === undefined ? line : { ...line, action: 'forbidden', reason: `${title}: ${refused}` };
}

/** Azure keeps some of what is deleted for a while, and its name with it: ours is brought back. */
function planCreation(
  { resource }: WantedResource,
  running: readonly Running[],
  { deleted }: ResourcePlanInput,
  planned: Planned,
): PlannedResource {
  const { id, title } = resource;
  switch (deleted?.get(id.toLowerCase())) {
    case 'foreign':
      return planned('forbidden', {
        reason: `${title}: a deleted one holds the name, and it is not this environment's in this group and region; choose another name`,
      });
    case 'recoverable':
      return planned('create', {
        reason: `${title}, of which Azure keeps the deleted one: recovered`,
        ...uncertain(running),
      });
    default:
      return planned('create', { reason: `${title}${unknownType(resource)}`, ...uncertain(running) });
  }
}

/** Nothing here knows what bodies of such a type are like. */
function unknownType({ key, kind, needs }: StepResource): string {
  // Of a template what it makes is told line by line.
  return needs && templateNamed(key) === undefined
    ? `; only Azure knows what ${kind.type} takes: nothing of its body was checked`
    : '';
}

/** Whose it is, as far as its kind tells: by its tags, or by the state. Undefined where it is not there, or is its parent's. */
function ownerOf(
  { ownership }: ResourceRules,
  {
    mark,
    live,
    id,
  }: { readonly mark: Mark | undefined; readonly live: JsonObject | 'unreadable' | undefined; readonly id: string },
  { state }: ResourcePlanInput,
): Mark | undefined {
  if (ownership === 'tagged') return mark;
  if (ownership === 'child' || live === undefined) return undefined;
  return isRecorded(state, id) ? 'ours' : 'unmarked';
}

function refusalOf(
  { title, id }: StepResource,
  mark: Mark | undefined,
  { options }: ResourcePlanInput,
): string | undefined {
  if (mark === undefined || mark === 'ours' || (mark === 'unmarked' && options.adopt)) return undefined;
  if (mark === 'unmarked') return `${title} exists and is not marked as ours (${id}); --adopt takes it over`;
  return `${title} is of the environment ${mark.environment}, and no environment takes what is of another one; choose another name`;
}

/** The steps that see to the resource and run, or may. Only the one that makes it is sure to write it. */
export function runningSteps(
  { resource, by, finishedBy }: WantedResource,
  { planned }: ResourcePlanInput,
): readonly Running[] {
  return planned.flatMap(({ step, action }) =>
    by.includes(step) && action !== 'skip'
      ? [{ step, isCertain: action === 'run' && (step === resource.step || finishedBy.includes(step)) }]
      : [],
  );
}

/** What is recorded and no list shows is taken to be there as long as nobody looks. */
function exists(
  { kind }: StepResource,
  {
    mark,
    live,
    record,
    isLookedAt,
  }: {
    readonly mark: Mark | undefined;
    readonly live: JsonObject | 'unreadable' | undefined;
    readonly record: ResourceRecord | undefined;
    readonly isLookedAt: boolean;
  },
  { found }: ResourcePlanInput,
): boolean {
  if (live !== undefined || mark !== undefined) return true;
  return record !== undefined && (found === undefined || (kind.listing === 'absent' && !isLookedAt));
}

/** Under whatever key: the run gives it to this one when it begins. */
function recordOf(id: string, { resources, left_behind }: EnvironmentState): ResourceRecord | undefined {
  const records = [...Object.values(resources), ...Object.values(left_behind)];
  return records.find((record) => record.id.toLowerCase() === id.toLowerCase());
}

/** An id that is made of what is not known yet is told up to there. */
function shownId({ resource: { id }, variants }: WantedResource): string {
  const other = [...variants].findLast(([, variant]) => variant.id !== id);
  if (!other) return id;
  const [step, variant] = other;
  const parts = id.split('/');
  const known = parts.findIndex((part, index) => part !== variant.id.split('/')[index]);
  return [...parts.slice(0, known), `(known after ${step})`].join('/');
}
