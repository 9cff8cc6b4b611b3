import { holdsData, type StepResource } from '../domain/desired.ts';
import { applyChanges } from '../domain/ownership/apply-changes.ts';
import type { FieldDecisions } from '../domain/ownership/field-change.ts';
import { displayPath, type FieldPath, plainPath } from '../domain/ownership/field-path.ts';
import type { PlannedChange, PlannedResource } from '../domain/plan-schema.ts';
import { shownValue } from '../domain/shown-value.ts';
import type { ResourceRecord } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import { leavingNeeded, type NeededField, neededText } from '../engine/dependents.ts';
import { dueNow, lateFieldsOf, withLateFields } from '../engine/ownership/late-fields.ts';
import { mayReplace } from '../engine/ownership/refused-changes.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';
import type { WantedResource } from './forecast.ts';
import { forcedBy } from './plan-steps.ts';
import { decideResource, keptFields, plannedChanges } from './planned-changes.ts';
import type { ResourcePlanInput } from './resource-plan-input.ts';

/** Says what happens to the resource that is planned. */
export type Planned = (action: PlannedResource['action'], more?: Partial<PlannedResource>) => PlannedResource;

export interface Running {
  readonly step: StepName;
  /** Whether it writes what differs, whatever becomes of the steps before it. */
  readonly isCertain: boolean;
}

export interface Existing {
  readonly live: JsonObject;
  readonly record: ResourceRecord | undefined;
  /** It is somebody else's so far. */
  readonly isTaken: boolean;
  readonly running: readonly Running[];
}

/** What a write of what exists would change, by the same rules as the write itself. */
export function planWrite(
  wanted: WantedResource,
  { live, record, isTaken, running }: Existing,
  input: ResourcePlanInput,
  planned: Planned,
): PlannedResource {
  const { resource, needed, comparison, repairing, decisions } = writeOf(wanted, { live, running }, input);
  const { repairs } = repairing;
  const refused = decisions.refused.filter(({ why }) => why === 'immutable');
  if (refused.length > 0) {
    return planReplacement(resource, refused.map(shownRefusal), input, planned);
  }
  const unchangeable =
    impossible(resource, decisions) ??
    contradicting(resource, live, decisions) ??
    cuttingOff(resource, decisions, needed);
  if (unchangeable !== undefined) return planned('forbidden', { reason: unchangeable });
  const changes = plannedChanges(wanted, decisions.changes, repairing);
  // Without any other change a repair waits for what its step finds in the revision that serves.
  const isRepair = repairs.length > 0 && decideResource(resource, comparison).changes.length === 0;
  const writing = isRepair ? running.filter(({ step }) => wanted.repairs.has(step)) : running;
  const kept = keptFields(decisions.kept);
  const effect = changes.length > 0 ? resource.effect : undefined;
  const reason = input.kept.get(resource.key) ?? stayingText(decisions, needed) ?? effect;
  const more = {
    ...(reason !== undefined && { reason }),
    ...(changes.length > 0 && { changes: [...changes] }),
    ...(kept.length > 0 && { kept }),
    ...dependence(changes, writing),
  };
  if (isTaken) return planned('adopt', more);
  if (changes.length > 0) return planned('update', more);
  return reason !== undefined && record === undefined ? planned('keep', { reason }) : planned('unchanged');
}

/** What exists, as a write leaves it. */
export function bodyAfterWrite(
  wanted: WantedResource,
  existing: Pick<Existing, 'live' | 'running'>,
  input: ResourcePlanInput,
): JsonObject {
  return applyChanges(existing.live, writeOf(wanted, existing, input).decisions.changes);
}

/** What a write does to each field. */
function writeOf(
  wanted: WantedResource,
  { live, running }: Pick<Existing, 'live' | 'running'>,
  input: ResourcePlanInput,
) {
  const needed = input.needed.get(wanted.resource.id.toLowerCase()) ?? [];
  const resource = leavingNeeded(wanted.resource, needed);
  const { config, options, state } = input;
  const forced = forcedBy(options, resource.step) !== false;
  const comparison = { context: { config, options, reason: { text: '', forced } }, state, live };
  const repairs = running.flatMap(({ step }) => wanted.repairs.get(step) ?? []);
  const repairing = { ...comparison, repairs };
  const isFinished = running.every(({ step }) => wanted.finishedBy.includes(step));
  const decisions = dueNow(
    isFinished ? lateFieldsOf(resource) : withLateFields(resource),
    decideResource(resource, repairing),
  );
  return { needed, resource, comparison, repairing, decisions };
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

/** What Azure would refuse in the middle of the run. */
function contradicting(
  { title, kind }: StepResource,
  live: JsonObject,
  { changes }: FieldDecisions,
): string | undefined {
  const contradiction = changes.length === 0 ? undefined : kind.contradiction?.(applyChanges(live, changes));
  return contradiction === undefined ? undefined : `${title}: ${contradiction}`;
}

/** What would leave others without access, and cannot stay as it is. */
function cuttingOff(
  { title }: StepResource,
  decisions: FieldDecisions,
  needed: readonly NeededField[],
): string | undefined {
  const refused = staying(decisions, needed).find(({ dependents }) => dependents.otherwise === 'refuse');
  return refused && `${title}: ${neededText(refused)}`;
}

function stayingText(decisions: FieldDecisions, needed: readonly NeededField[]): string | undefined {
  const texts = staying(decisions, needed).map(neededText);
  return texts.length === 0 ? undefined : texts.join('; ');
}

function staying(decisions: FieldDecisions, needed: readonly NeededField[]): readonly NeededField[] {
  const kept = decisions.kept.filter(({ why }) => why === 'needed').map(({ path }) => plainPath(path));
  return needed.filter(({ path }) => kept.includes(path));
}

function shownRefusal({ path, from, to }: FieldDecisions['refused'][number]): string {
  const shown = displayPath(path);
  return `${shown}: ${shownValue(shown, from)} → ${shownValue(shown, to)}`;
}

/** What the line says on which steps it depends. */
export function uncertain(running: readonly Running[]): Partial<PlannedResource> {
  return running.some(({ isCertain }) => isCertain) ? {} : { maybe: running.map(({ step }) => step) };
}

/** Azure makes it with its parent, and only then tells what is in it. */
export function comesWithParent(
  { resource }: WantedResource,
  running: readonly Running[],
  planned: Planned,
): PlannedResource {
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

function planReplacement(
  resource: StepResource,
  changes: readonly string[],
  { options }: ResourcePlanInput,
  planned: Planned,
): PlannedResource {
  const { key, title, kind } = resource;
  const what = `${title}: Azure does not change ${changes.join(', ')} in place`;
  const data = holdsData(resource) ? ' (its data is not moved)' : '';
  if (kind.replaceable === false)
    return planned('forbidden', { reason: `${what}; set the configuration back, or choose another name` });
  if (mayReplace(resource, options)) return planned('replace', { reason: `${what}${data}` });
  return planned('forbidden', { reason: `${what}; --allow-replace ${key} replaces it${data}` });
}
