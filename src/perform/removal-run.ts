import { z } from 'zod';
import { withFence } from '../azure/connect.ts';
import type { Azure } from '../azure/ports.ts';
import type { Plan, PlannedResource } from '../domain/plan-schema.ts';
import { closedState, withoutDeleted } from '../domain/removal/closed-state.ts';
import { namedIds } from '../domain/removal/named-ids.ts';
import { type Doomed, freeToGo } from '../domain/removal/removal-order.ts';
import { STOPPED, type StepAnswer } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { EventRecorder } from '../engine/event-recorder.ts';
import { explainFailure, type FailureReport } from '../engine/failure.ts';
import { type LoadedRun, requirePlan } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import { defineRecord, defineRecords, doneSchema } from '../engine/record.ts';
import { isRemovalBegun } from '../engine/removal.ts';
import type { Services } from '../engine/services.ts';
import { settleEach } from '../engine/settle.ts';
import { isWaiting, untilAny, type Waiting } from '../engine/waiting/waiting.ts';
import { UserError } from '../shared/errors.ts';
import { assertFence, type Fence, updateState } from '../state/update-state.ts';
import { dumpFirst } from './dump.ts';
import { planningFailure } from './planning-failure.ts';
import { cameBack, isBack, removeForGood } from './remove-for-good.ts';

/** As many deletions at a time as writes (engine/converge.ts). */
const AT_A_TIME = 16;

/** A copy of the state of before is kept. */
const copied = defineRecord({ name: 'copied', scope: 'run', schema: doneSchema });
const deleted = defineRecords({ name: 'deleted', scope: 'run', schema: doneSchema });
/** Azure does not delete it, or it came back: it is not tried again in this run. */
const stuck = defineRecords({
  name: 'stuck',
  scope: 'run',
  schema: z.object({ code: z.string(), message: z.string() }),
});

export interface RemovalCall {
  readonly services: Services;
  readonly run: LoadedRun;
  readonly memory: StepMemory;
  readonly events: EventRecorder;
}

interface Removing extends RemovalCall {
  readonly azure: Azure;
  readonly fence: Fence;
  readonly plan: Plan;
  readonly doomed: readonly Planned[];
}

type Planned = Doomed & Pick<PlannedResource, 'type' | 'apiVersion'>;

/**
 * One call of a run that deletes: begins every deletion that nothing stands in the way of, looks at those that are under way, and
 * records what is gone. What cannot be deleted holds up what it needs, and nothing else.
 *
 * @throws LockLost, UserError `dump_failed`: nothing was deleted
 */
export async function removePlanned(call: RemovalCall): Promise<StepAnswer | Waiting> {
  const { services, run, memory } = call;
  const { request, stores, config } = run;
  const { value: state } = await stores.state.read();
  const { runId } = request;
  const fence: Fence = { runId, fence: state.lock?.runId === runId ? state.lock.fence : 0 };
  await assertFence(stores.state, fence);
  const plan = await requirePlan(run);
  if (!plan.removal) throw new Error(`the run ${request.runId} has no plan of deletions`);
  if (!memory.read(copied)) {
    await stores.state.backup('destroy');
    await memory.write(copied, true);
  }
  const azure = withFence(await services.azure(config), () => assertFence(stores.state, fence));
  const isCancelled = await stores.runs.isCancelRequested(request.runId);
  // Cancelled before that was done: nothing of what follows begins.
  const dumping = isCancelled ? undefined : await dumpFirst({ ...call, azure, fence, plan });
  if (dumping) return dumping;
  const { value: known } = await stores.state.read();
  const removing: Removing = { ...call, azure, fence, plan, doomed: doomedIn(plan, known) };
  for (;;) {
    const round = await removeFree(removing, isCancelled);
    if (isWaiting(round)) return round;
    if (round === 'over') return await conclude(removing, isCancelled);
  }
}

/** What is deleted by a request of its own; all else goes with it. */
function doomedIn({ resources }: Plan, { resources: known, left_behind: left }: EnvironmentState): readonly Planned[] {
  const going = resources.filter(({ action, goesWith }) => action === 'delete' && goesWith === undefined);
  const recordOf = (key: string) => known[key] ?? left[key];
  return going.map(({ key, id, type, apiVersion, after = [] }) => {
    const record = recordOf(key);
    const before = left[key]?.key ?? key;
    const needing = going.filter((other) => recordOf(other.key)?.generic?.needs.includes(before)).map((one) => one.key);
    const names = namedIds(record?.applied);
    return { key, id, type, apiVersion, step: record?.step, names, after: [...after, ...needing] };
  });
}

/** @returns `progress`: something is gone, or stuck, so that others may be free now; `over`: nothing can be done any more */
async function removeFree(removing: Removing, isCancelled: boolean): Promise<Waiting | 'progress' | 'over'> {
  const { memory, doomed, events } = removing;
  const remaining = doomed.filter(({ key }) => !memory.read(deleted, key));
  const free = freeToGo(remaining).filter(
    ({ key }) => !memory.read(stuck, key) && (!isCancelled || isRemovalBegun(memory, key)),
  );
  if (free.length === 0) return 'over';
  for (const { key, id } of free) {
    if (!isRemovalBegun(memory, key)) events.add({ type: 'removal_started', key, resource: id }, `started-${key}`);
  }
  // Told before it is done: whoever is killed in between tells it again, under the same id.
  await events.flush();
  const results = await settleEach(free, AT_A_TIME, async (one) => ({ one, removal: await removeOne(removing, one) }));
  const gone = results.filter(({ removal }) => !isWaiting(removal) && removal.kind === 'removed');
  await record(
    removing,
    gone.map(({ one }) => one),
  );
  for (const { one, removal } of results) {
    if (!isWaiting(removal) && removal.kind === 'kept') await tellStuck(removing, one, removal.report);
  }
  const waits = results.map(({ removal }) => removal).filter(isWaiting);
  return waits.length === results.length ? untilAny(waits) : 'progress';
}

async function removeOne({ azure, memory, services, run, doomed }: Removing, one: Planned) {
  return await removeForGood({
    azure,
    timekeeper: { memory, clock: services.clock },
    config: run.config,
    resource: one,
    expected: doomed.map(({ id }) => id),
  });
}

/** The state first: a run that is killed in between deletes once more what is gone, which changes nothing. */
async function record({ run, memory, events, fence }: Removing, gone: readonly Planned[]): Promise<void> {
  if (gone.length === 0) return;
  const ids = gone.map(({ id }) => id);
  await updateState(run.stores.state, (current) => withoutDeleted(current, ids), { fence });
  for (const { key, id } of gone) events.add({ type: 'removal_completed', key, resource: id }, `completed-${key}`);
  await events.flush();
  for (const { key } of gone) await memory.write(deleted, true, key);
}

async function tellStuck({ memory, events }: Removing, { key, id }: Planned, report: FailureReport): Promise<void> {
  const { code, message, hint, correlationId } = report;
  const more = { ...(hint && { hint }), ...(correlationId && { correlationId }) };
  events.add({ type: 'removal_failed', key, resource: id, code, message, ...more }, `failed-${key}`);
  await events.flush();
  await memory.write(stuck, { code, message }, key);
}

async function conclude(removing: Removing, isCancelled: boolean): Promise<StepAnswer> {
  const { run, services, memory, events, fence, plan, doomed } = removing;
  await findBack(removing);
  const left = doomed.filter(({ key }) => !memory.read(deleted, key));
  const isStuck = left.some(({ key }) => memory.read(stuck, key) !== undefined);
  if (isStuck) return await giveUp(removing, left);
  if (isCancelled && left.length > 0) {
    const names = left.map(({ key }) => key).join(', ');
    events.add({ type: 'log', level: 'info', message: `the run was cancelled; still there: ${names}` }, STOPPED);
    return { kind: 'stopped' };
  }
  if (plan.removal?.leftBehind === null) {
    const staying = plan.resources.filter(({ action }) => action === 'left_behind').map(({ id }) => id.toLowerCase());
    const closing = {
      at: services.clock.now().toISOString(),
      runId: run.request.runId,
      keptData: run.request.options.destroy?.keepData ?? false,
      staying: new Set(staying),
    };
    await updateState(run.stores.state, (current) => closedState(current, closing), { fence });
  }
  return { kind: 'completed' };
}

/** Looks once more, when all are gone: what somebody, or something, made again meanwhile is not gone. */
async function findBack(removing: Removing): Promise<void> {
  const { azure, memory, doomed } = removing;
  const gone = doomed.filter(({ key }) => memory.read(deleted, key));
  for (const one of await isBack(azure, gone)) {
    await memory.delete(deleted, one.key);
    await tellStuck(removing, one, explainFailure(cameBack(one)).report);
  }
}

async function giveUp({ memory, events }: Removing, left: readonly Planned[]): Promise<StepAnswer> {
  const told = left.map(({ key }) => ({ key, why: memory.read(stuck, key) }));
  const reasons = [
    ...told.flatMap(({ key, why }) => (why ? [`  ${key}: ${why.message} (${why.code})`] : [])),
    ...told.flatMap(({ key, why }) => (why ? [] : [`  ${key}: waits for what was not deleted`])),
  ];
  const { code, message, hint } = new UserError(`Not everything was deleted:\n${reasons.join('\n')}`, {
    code: 'removal_incomplete',
    hint: 'Remove what stands in the way, and run destroy again: it goes on with what is left.',
  });
  await memory.write(planningFailure, { code, message, ...(hint && { hint }) });
  events.add({ type: 'log', level: 'error', message: `${message}\n  ${hint}` }, 'incomplete');
  return { kind: 'failed', code, retryable: false };
}
