import { z } from 'zod';
import { classifyError } from '../azure/classify.ts';
import { AzureError } from '../azure/errors.ts';
import type { ArmReply, ArmResource } from '../azure/ports.ts';
import { isEmpty } from '../domain/compare.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { overlay } from '../domain/merge.ts';
import type { Repairs } from '../domain/ownership/decide-fields.ts';
import type { FieldChange, FieldDecisions, RefusedChange } from '../domain/ownership/field-change.ts';
import { isWithin, plainPath } from '../domain/ownership/field-path.ts';
import type { Ownership } from '../domain/ownership/ownership.ts';
import { updateRequest } from '../domain/ownership/update-request.ts';
import { isRecorded } from '../domain/state.ts';
import { incarnation, type Mark, markOf, withCreator } from '../domain/tags.ts';
import { UserError } from '../shared/errors.ts';
import { canonicalJson, type JsonObject } from '../shared/json.ts';
import { liveResource } from './live-resource.ts';
import {
  busyOrThrow,
  followOperation,
  type OperationKey,
  startOperation,
  stillBusy,
  whileOthersWrite,
} from './operation.ts';
import { requireUntaken } from './ownership/claims.ts';
import { dueNow, withoutLater, writeHash } from './ownership/late-fields.ts';
import { decide, ownershipAfter, ownershipOfNew, recordedOwnership, respelledAfter } from './ownership/owned-fields.ts';
import { changeText, isFixed, mayReplace, shrinks } from './ownership/refused-changes.ts';
import { provisioning } from './provisioning.ts';
import { defineRecords, doneSchema } from './record.ts';
import { settleEach } from './settle.ts';
import type { StepContext } from './step.ts';
import { tellOnce } from './tell-once.ts';
import type { NotReady } from './waiting/until-ready.ts';
import { isWaiting, untilAll, type Waiting } from './waiting/waiting.ts';

/** `changed`: written in this run, in this call or an earlier one. */
export type Converged = { readonly kind: 'ready'; readonly live: ArmResource; readonly changed: boolean } | Waiting;

export type AllConverged =
  | { readonly kind: 'ready'; readonly live: readonly ArmResource[]; readonly changed: readonly boolean[] }
  | Waiting;

export interface ConvergeOptions {
  /** Sent in the body that creates the resource and kept nowhere, e.g. a random first password. */
  readonly createWith?: JsonObject;
  /** What is made where nothing is yet, when what is around it decides; by default what is desired. */
  readonly asMade?: (desired: DesiredResource) => Promise<DesiredResource>;
  /** Gives the body of a request what is kept nowhere, right before it is sent; throws where it must not be sent. */
  readonly complete?: (body: JsonObject) => Promise<JsonObject>;
  /** Whether what is as it should be is written all the same, once in a run; asked where nothing else would be. */
  readonly isDueAnyway?: () => Promise<boolean>;
  /** What is put back although the configuration did not change it; `--refresh` puts back all that is ours. */
  readonly repairs?: Repairs;
}

/** The answer of one look; `not_ready`: somebody else's change is under way. */
type Look = Converged | NotReady<Converged>;

/** What this run has written of a resource, so that the next call does not write it again. */
const writes = defineRecords({
  name: 'written',
  scope: 'run',
  schema: z.object({
    hash: z.string(),
    created: z.boolean(),
    /** What is remembered of it from then on; no secret value. Version 0.1 did not write these. */
    applied: z.record(z.string(), z.json()).exactOptional(),
    accepted: z.array(z.string()).exactOptional(),
  }),
});
type Written = z.infer<typeof writes.schema>;

/** This run is about to create a child, which has no tag that tells later who made it. */
const creations = defineRecords({ name: 'creating', scope: 'run', schema: doneSchema });
/** This run has written a failed resource once more. */
const repairs = defineRecords({ name: 'repaired', scope: 'run', schema: doneSchema });

/**
 * Brings one resource to its desired state: observe → ensure → sync → check. Called again until it is ready; each call
 * polls its operation once or starts one, and never waits.
 *
 * @throws UserError `resource_not_ours`, `resource_immutable`, `resource_cannot_shrink`, `record_taken`, `ResourceProvisioningFailed`, `OperationTimedOut`
 * @throws AzureError as Azure refused; a conflict with another write in progress is answered as waiting
 */
export async function converge(
  context: StepContext,
  desired: DesiredResource,
  options: ConvergeOptions = {},
): Promise<Converged> {
  return await whileOthersWrite(context, writeOperation(desired), () => convergeOnce(context, desired, options));
}

async function convergeOnce(context: StepContext, desired: DesiredResource, options: ConvergeOptions): Promise<Look> {
  const deleted = await followOperation(context, deletion(desired));
  if (deleted && isWaiting(deleted)) return deleted;
  const ended = await followOperation(context, writeOperation(desired));
  if (ended && isWaiting(ended)) return ended;

  // Observe.
  const live = await liveResource(context.azure.arm, desired);
  if (!live) return desired.asFound ? asDesired(desired) : await create(context, desired, options);
  const state = provisioning(desired, live);
  if (state === 'busy') return stillBusy(context, writeOperation(desired));
  requireOurs(context, desired, live);
  const claimed = requireUntaken(desired, live, context.environment);
  if (claimed === 'suffices') return { kind: 'ready', live, changed: false };

  // Sync.
  const before = ownershipBefore(context, desired);
  const decisions = dueNow(desired, decide(context, desired, before, live, options.repairs));
  const found = { live, before, decisions };
  if (state === 'failed') return await repair(context, desired, found, options);
  if (writtenInThisRun(context, desired)) return await settle(context, desired, live);
  if (decisions.refused.length > 0) return await refuse(context, desired, decisions.refused, options);
  if (decisions.changes.length === 0 && !(await options.isDueAnyway?.())) return await settle(context, desired, live);
  const changes = decisions.changes.map(changeText).join('; ');
  context.progress(`updating ${desired.title}${changes === '' ? '' : `: ${changes}`}`);
  return await update(context, desired, { ...found, changes: decisions.changes }, options);
}

/**
 * More would only wait for each other: Azure Resource Manager refills a subscription's bucket of 200 writes by ten a second
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling).
 */
const AT_A_TIME = 16;

/** Side by side, each polled or started at most once per call; waits for the slowest. */
export async function convergeAll(
  context: StepContext,
  desired: readonly DesiredResource[],
  convergeOne: typeof converge = converge,
): Promise<AllConverged> {
  // Every one is followed to its answer before a failure is thrown, so that what has started is recorded.
  const results = await settleEach(desired, AT_A_TIME, (resource) => convergeOne(context, resource));
  const waits = results.filter(isWaiting);
  return waits.length > 0 ? untilAll(waits) : ready(results);
}

/** For children that Azure accepts one at a time. */
export async function convergeInOrder(
  context: StepContext,
  desired: readonly DesiredResource[],
): Promise<AllConverged> {
  const results: Converged[] = [];
  for (const resource of desired) {
    const result = await converge(context, resource);
    if (isWaiting(result)) return result;
    results.push(result);
  }
  return ready(results);
}

function ready(results: readonly Converged[]): AllConverged {
  const done = results.flatMap((result) => (result.kind === 'ready' ? [result] : []));
  return { kind: 'ready', live: done.map(({ live }) => live), changed: done.map(({ changed }) => changed) };
}

async function create(
  context: StepContext,
  desired: DesiredResource,
  { createWith, asMade, complete }: Pick<ConvergeOptions, 'createWith' | 'asMade' | 'complete'>,
): Promise<Look> {
  const made = withoutLater((await asMade?.(desired)) ?? desired);
  const body = overlay(made.body, createWith ?? {});
  const own = desired.kind.ownership === 'tagged' ? withCreator(body, context.runId) : body;
  const sent = complete ? await complete(own) : own;
  // No tag tells later who made it.
  if (desired.kind.ownership !== 'tagged') await context.memory.write(creations, true, desired.key);
  context.progress(`creating ${desired.title}`);
  return await write(context, desired, { created: true, ownership: ownershipOfNew(made) }, () =>
    context.azure.arm.put(desired.id, desired.kind.apiVersion, sent),
  );
}

/** A live resource, whose its fields were, and what becomes of them. */
interface Found {
  readonly live: ArmResource;
  readonly before: Ownership;
  readonly decisions: FieldDecisions;
}

async function update(
  context: StepContext,
  desired: DesiredResource,
  { live, before, decisions, changes }: Found & { readonly changes: readonly FieldChange[] },
  { complete }: ConvergeOptions,
): Promise<Look> {
  const { id, kind } = desired;
  const { arm } = context.azure;
  const { method, body } = updateRequest(kind, live, [...unanswered(desired, decisions), ...changes]);
  const sent = complete ? await complete(body) : body;
  return await write(context, desired, { created: false, ownership: ownershipAfter(desired, before, decisions) }, () =>
    method === 'PATCH' ? arm.patch(id, kind.apiVersion, sent) : arm.put(id, kind.apiVersion, sent),
  );
}

/** What a write of the whole would lose, or send as Azure shows it and not as it takes it. */
function unanswered(
  { kind: { update: how, writeOnly = [], respells } }: DesiredResource,
  { agreed }: FieldDecisions,
): readonly FieldChange[] {
  if (how === 'patch') return [];
  return agreed.filter(({ path, from, to = null }) => {
    const isOneValue = from === undefined || (to !== null && typeof to !== 'object');
    const isOtherwise =
      respells === true && isOneValue && !isEmpty(to) && canonicalJson(from ?? null) !== canonicalJson(to);
    return isOtherwise || isWithin(plainPath(path), writeOnly);
  });
}

/** Azure gave up on it: our fields once more, and no more than that in one run. */
async function repair(
  context: StepContext,
  desired: DesiredResource,
  found: Found,
  options: ConvergeOptions,
): Promise<Look> {
  if (context.memory.read(repairs, desired.key)) {
    throw new UserError(`${desired.title} stays in the state Failed (${desired.id}).`, {
      code: 'ResourceProvisioningFailed',
      hint: 'Look at its activity log in the portal; delete it when it holds nothing, and start again.',
    });
  }
  await context.memory.write(repairs, true, desired.key);
  context.progress(`repairing ${desired.title}: Azure reports that its last change failed`);
  const { agreed, changes } = found.decisions;
  const ours = agreed.filter(({ owner }) => owner !== 'default');
  return await update(context, desired, { ...found, changes: [...ours, ...changes] }, options);
}

/** @throws UserError `resource_cannot_shrink`, `resource_immutable`, unless a replacement is allowed by name */
async function refuse(
  context: StepContext,
  desired: DesiredResource,
  refused: readonly RefusedChange[],
  options: ConvergeOptions,
): Promise<Look> {
  const less = refused.filter(({ why }) => why === 'shrinks');
  if (less.length > 0) throw shrinks(desired, less);
  if (!mayReplace(desired, context.options)) throw isFixed(desired, refused);
  context.progress(`replacing ${desired.title}: ${refused.map(changeText).join('; ')}`);
  const gone = await startOperation(context, deletion(desired), () =>
    context.azure.arm.delete(desired.id, desired.kind.apiVersion),
  );
  return isWaiting(gone) ? gone : await create(context, desired, options);
}

async function write(
  context: StepContext,
  desired: DesiredResource,
  { created, ownership }: { readonly created: boolean; readonly ownership: Ownership },
  request: () => Promise<ArmReply>,
): Promise<Look> {
  try {
    const started = await startOperation(context, writeOperation(desired), request);
    const before = writtenInThisRun(context, desired);
    const { applied, accepted } = ownership;
    const written = {
      hash: writeHash(desired),
      created: created || (before?.created ?? false),
      ...(applied && { applied }),
      accepted: [...accepted],
    };
    await context.memory.write(writes, written, desired.key);
    context.recordResource(desired, created, ownership);
    if (isWaiting(started)) return started;
  } catch (error) {
    return afterRefusal(context, desired, error);
  }
  return await check(context, desired);
}

/** That it exists already under another name is as good as done. */
function afterRefusal(context: StepContext, desired: DesiredResource, error: unknown): Look {
  if (error instanceof AzureError && classifyError(error, { operation: 'write' }).kind === 'ok') {
    return asDesired(desired);
  }
  return busyOrThrow(context, writeOperation(desired), error);
}

function asDesired({ id, body }: DesiredResource): Converged {
  return { kind: 'ready', live: { ...body, id }, changed: false };
}

/** Check: what Azure has now, read once more. */
async function check(context: StepContext, desired: DesiredResource): Promise<Look> {
  const live = await liveResource(context.azure.arm, desired);
  if (!live || provisioning(desired, live) === 'busy') return stillBusy(context, writeOperation(desired));
  return await settle(context, desired, live);
}

async function settle(context: StepContext, desired: DesiredResource, live: ArmResource): Promise<Converged> {
  const written = writtenInThisRun(context, desired);
  const before = recordedOwnership(context.state, desired);
  const decisions = dueNow(desired, decide(context, desired, before, live));
  const left = written ? decisions.changes.filter(({ path }) => !isUnanswered(desired, path)) : [];
  if (left.length > 0) await warnOnce(context, desired, left);
  const ownership = written?.accepted
    ? { applied: written.applied, accepted: written.accepted }
    : ownershipAfter(desired, ownershipBefore(context, desired), decisions);
  const isCreated = written?.created === true || isCreatedHere(context, desired, live);
  const respelled = respelledAfter(desired, before, left);
  context.recordResource(desired, isCreated, { ...ownership, ...respelled });
  return { kind: 'ready', live, changed: written !== undefined };
}

/** What Azure never answers was written, as far as anybody can tell. */
function isUnanswered({ kind: { writeOnly = [] } }: DesiredResource, path: FieldChange['path']): boolean {
  return isWithin(plainPath(path), writeOnly);
}

/** Writing it again would not help and would never end. */
async function warnOnce(context: StepContext, desired: DesiredResource, left: readonly FieldChange[]): Promise<void> {
  const message = `${desired.title}: Azure keeps ${left.map(changeText).join('; ')}`;
  await tellOnce(context, `kept:${desired.key}`, message, (text) => context.log('warning', text));
}

function requireOurs(context: StepContext, desired: DesiredResource, live: ArmResource): void {
  if (desired.kind.ownership === 'child') return;
  const mark =
    desired.kind.ownership === 'recorded' ? recordedMark(context, desired) : markOf(live.tags, context.environment);
  if (mark === 'ours' || (mark === 'unmarked' && context.options.adopt)) return;
  if (mark === 'unmarked') {
    throw new UserError(`${desired.title} exists and is not of this environment: ${desired.id}`, {
      code: 'resource_not_ours',
      hint: 'Choose another name, or take it over with --adopt.',
    });
  }
  throw new UserError(`${desired.title} exists and is of the environment ${mark.environment}: ${desired.id}`, {
    code: 'resource_not_ours',
    hint: 'Choose another name. No environment takes what is of another one.',
  });
}

/** Of what carries no tag: ours as far as the state, or this run, knows it. */
function recordedMark({ state, memory }: StepContext, { key, id }: DesiredResource): Mark {
  const isBegun = memory.read(creations, key) !== undefined || memory.read(writes, key) !== undefined;
  return isBegun || isRecorded(state, id) ? 'ours' : 'unmarked';
}

function writtenInThisRun(context: StepContext, desired: DesiredResource): Written | undefined {
  const written = context.memory.read(writes, desired.key);
  return written?.hash === writeHash(desired) ? written : undefined;
}

/** What an earlier write of this run left, or an earlier run. */
export function ownershipBefore(context: StepContext, desired: DesiredResource): Ownership {
  const { applied, accepted = [] } = context.memory.read(writes, desired.key) ?? {};
  return applied ? { applied, accepted } : recordedOwnership(context.state, desired);
}

/** As the tag tells, or the intent of a child, should this process have died between the write and its record. */
function isCreatedHere(context: StepContext, desired: DesiredResource, live: ArmResource): boolean {
  return incarnation(live) === context.runId || context.memory.read(creations, desired.key) === true;
}

/** Every write of a resource is one operation at a time. */
export function writeOperation({ key, title, kind }: DesiredResource): OperationKey {
  return { key, title, timeoutInSeconds: kind.timeoutInSeconds };
}

function deletion({ key, title, kind }: DesiredResource): OperationKey {
  return { key: `delete:${key}`, title: `the deletion of ${title}`, timeoutInSeconds: kind.timeoutInSeconds };
}
