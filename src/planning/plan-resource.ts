import { holdsData, type StepResource } from '../domain/desired.ts';
import type { FieldDecisions } from '../domain/ownership/field-change.ts';
import { displayPath, type FieldPath } from '../domain/ownership/field-path.ts';
import type { PlannedChange, PlannedResource } from '../domain/plan-schema.ts';
import { shownValue } from '../domain/shown-value.ts';
import type { ResourceRecord } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import type { Mark } from '../domain/tags.ts';
import { kindOf } from '../resources/registry.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';
import type { WantedResource } from './forecast.ts';
import type { ResourcePlanInput } from './plan-resources.ts';
import { forcedBy } from './plan-steps.ts';
import { decideResource, keptFields, plannedChanges } from './planned-changes.ts';

type Plan = (action: PlannedResource['action'], more?: Partial<PlannedResource>) => PlannedResource;

/** What happens to one resource; undefined for what is not there and will not be made. */
export function planResource(wanted: WantedResource, input: ResourcePlanInput): PlannedResource | undefined {
  const { resource } = wanted;
  const { key, id, kind, title } = resource;
  const planned: Plan = (action, more) => ({ key, id: shownId(wanted), type: kind.type, action, ...more });
  const mark = input.found?.marks.get(id.toLowerCase());
  const refusal = mark !== undefined && kind.ownership === 'tagged' ? refusalOf(resource, mark, input) : undefined;
  if (refusal !== undefined) return planned('forbidden', { reason: refusal });

  const record = sameRecord(input.state.resources[key], id);
  const running = runningSteps(wanted, input);
  const live = input.live.get(id.toLowerCase());
  if (!exists(resource, mark, live, record, input)) {
    if (running.length === 0) return undefined;
    if (kindOf(kind.type)?.deletion.how === 'with-parent') return comesWithParent(wanted, running, planned);
    return planned('create', { reason: title, ...uncertain(running) });
  }
  if (running.length === 0) return planned('unchanged');
  if (live === undefined || live === 'unreadable') {
    return planned('update', { reason: `${title} could not be looked at`, maybe: running.map(({ step }) => step) });
  }
  return planWrite(wanted, { live, record, mark, running }, input, planned);
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

/** Azure makes it with its parent, and only then tells what is in it. */
function comesWithParent({ resource }: WantedResource, running: readonly Running[], planned: Plan): PlannedResource {
  const changes = fieldsOf([], resource.body).map(({ path, value }): PlannedChange => {
    const shown = displayPath(path);
    return { path: shown, from: '(made by Azure)', to: shownValue(shown, value), owner: 'computed' };
  });
  return planned('update', {
    reason: `${resource.title}, where Azure makes it otherwise`,
    changes,
    maybe: running.map(({ step }) => step),
  });
}

function fieldsOf(path: FieldPath, body: JsonObject): readonly { readonly path: FieldPath; readonly value: Json }[] {
  return Object.entries(body).flatMap(([key, value]) =>
    isJsonObject(value) ? fieldsOf([...path, key], value) : [{ path: [...path, key], value }],
  );
}

function refusalOf({ title, id }: StepResource, mark: Mark, { options }: ResourcePlanInput): string | undefined {
  if (mark === 'ours' || (mark === 'unmarked' && options.adopt)) return undefined;
  if (mark === 'unmarked') return `${title} exists and is not marked as ours (${id}); --adopt takes it over`;
  return `${title} is of the environment ${mark.environment}, and no environment takes what is of another one; choose another name`;
}

interface Running {
  readonly step: StepName;
  /** Whether it writes what differs, whatever becomes of the steps before it. */
  readonly isCertain: boolean;
}

/** The steps that see to the resource and run, or may. Only the one that makes it is sure to write it. */
function runningSteps({ resource, by }: WantedResource, { planned }: ResourcePlanInput): readonly Running[] {
  return planned.flatMap(({ step, action }) =>
    by.includes(step) && action !== 'skip' ? [{ step, isCertain: action === 'run' && step === resource.step }] : [],
  );
}

function uncertain(running: readonly Running[]): Partial<PlannedResource> {
  return running.some(({ isCertain }) => isCertain) ? {} : { maybe: running.map(({ step }) => step) };
}

function exists(
  { kind }: StepResource,
  mark: Mark | undefined,
  live: JsonObject | 'unreadable' | undefined,
  record: ResourceRecord | undefined,
  { found }: ResourcePlanInput,
): boolean {
  if (live !== undefined || mark !== undefined) return true;
  // What is recorded and no list shows was not looked at: its step does not run.
  return record !== undefined && (found === undefined || kind.listing === 'absent');
}

interface Existing {
  readonly live: JsonObject;
  readonly record: ResourceRecord | undefined;
  readonly mark: Mark | undefined;
  readonly running: readonly Running[];
}

function planWrite(
  wanted: WantedResource,
  { live, record, mark, running }: Existing,
  input: ResourcePlanInput,
  planned: Plan,
): PlannedResource {
  const { resource } = wanted;
  const { config, options, state } = input;
  const forced = forcedBy(options, resource.step) !== false;
  const comparison = { context: { config, options, reason: { text: '', forced } }, state, live };
  const decisions = decideResource(resource, comparison);
  const refused = decisions.refused.filter(({ why }) => why === 'immutable');
  if (refused.length > 0) {
    return planReplacement(resource, refused.map(shownRefusal), input, planned);
  }
  const unchangeable = impossible(resource, decisions);
  if (unchangeable !== undefined) return planned('forbidden', { reason: unchangeable });
  const changes = plannedChanges(wanted, decisions.changes, comparison);
  const kept = keptFields(decisions.kept);
  const reason = input.kept.get(resource.key);
  const more = {
    ...(reason !== undefined && { reason }),
    ...(changes.length > 0 && { changes: [...changes] }),
    ...(kept.length > 0 && { kept }),
    ...dependence(changes, running),
  };
  if (mark === 'unmarked' && resource.kind.ownership === 'tagged') return planned('adopt', more);
  if (changes.length > 0) return planned('update', more);
  return reason !== undefined && record === undefined ? planned('keep', { reason }) : planned('unchanged');
}

/** Whether anything is written depends on values that are not known yet, or on whether the step runs. */
function dependence(changes: readonly PlannedChange[], running: readonly Running[]): Partial<PlannedResource> {
  if (changes.length === 0) return {};
  const known = changes.some(({ knownAfter }) => knownAfter === undefined);
  return known ? uncertain(running) : { maybe: [...new Set(changes.flatMap(({ knownAfter }) => knownAfter ?? []))] };
}

/** What no write brings about, and no replacement either. */
function impossible({ title, kind, body }: StepResource, decisions: FieldDecisions): string | undefined {
  const shrunk = decisions.refused.find(({ why }) => why === 'shrinks');
  if (shrunk) return `${title}: Azure does not make ${shownRefusal(shrunk)} less; set the configuration back`;
  const moved = decisions.kept.find(({ why, path }) => why === 'fixed' && displayPath(path) === 'location');
  if (!moved || kind.listing !== 'group') return undefined;
  const [there, here] = [moved.from, body.location].map((region) => shownValue('location', region));
  return `${title} exists in ${there}, and Azure does not move it to ${here}; set its location to ${there}, or choose another name`;
}

function shownRefusal({ path, from, to }: FieldDecisions['refused'][number]): string {
  const shown = displayPath(path);
  return `${shown}: ${shownValue(shown, from)} → ${shownValue(shown, to)}`;
}

function sameRecord(record: ResourceRecord | undefined, id: string): ResourceRecord | undefined {
  return record?.id.toLowerCase() === id.toLowerCase() ? record : undefined;
}

function planReplacement(
  resource: StepResource,
  changes: readonly string[],
  { options }: ResourcePlanInput,
  planned: Plan,
): PlannedResource {
  const { key, title, kind } = resource;
  const what = `${title}: Azure does not change ${changes.join(', ')} in place`;
  const data = holdsData(resource) ? ' (its data is not moved)' : '';
  if (kind.replaceable === false)
    return planned('forbidden', { reason: `${what}; set the configuration back, or choose another name` });
  if (options.allowReplace.includes(key)) return planned('replace', { reason: `${what}${data}` });
  return planned('forbidden', { reason: `${what}; --allow-replace ${key} replaces it${data}` });
}
