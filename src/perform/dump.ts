import { z } from 'zod';
import type { Azure } from '../azure/ports.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { nameOf } from '../domain/ids.ts';
import { actualOutputs } from '../domain/outputs.ts';
import type { DumpPlan, Plan, ServerDump } from '../domain/plan-schema.ts';
import { databaseDumps, dumpAddress } from '../domain/removal/dump.ts';
import type { EnvironmentState, LeftBehind } from '../domain/state.ts';
import { STEPS } from '../domain/steps.ts';
import { converge } from '../engine/converge.ts';
import type { EventRecorder } from '../engine/event-recorder.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import { defineRecord, defineRecords, doneSchema } from '../engine/record.ts';
import type { Services } from '../engine/services.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import { isWaiting, untilAll, type Waiting } from '../engine/waiting/waiting.ts';
import { followExecution } from '../release/job-execution.ts';
import { asEnvironmentTakes } from '../release/workload-profile.ts';
import { DUMP_TIMEOUT_IN_SECONDS, type DumpOrder } from '../resources/app/dump.ts';
import { dumpJob } from '../resources/job.ts';
import { dumpGrant } from '../resources/role-assignment.ts';
import { UserError } from '../shared/errors.ts';
import { type Fence, updateState } from '../state/update-state.ts';

/** The state knows what is made for the dump. */
const recorded = defineRecord({ name: 'dump-recorded', scope: 'run', schema: doneSchema });
/** By the name of the server. */
const dumped = defineRecords({ name: 'dumped', scope: 'run', schema: doneSchema });

/** By the name of the server: how its dump failed. A call that is repeated does not dump again. */
const failures = defineRecords({ name: 'dump-failed', scope: 'run', schema: z.object({ message: z.string() }) });

export interface DumpCall {
  readonly services: Services;
  readonly run: LoadedRun;
  readonly memory: StepMemory;
  readonly events: EventRecorder;
  /** Every write checks the fence. */
  readonly azure: Azure;
  readonly fence: Fence;
  readonly plan: Plan;
}

/**
 * Before anything is deleted: the job of each server is written, runs once, and has succeeded. What is made for it is in the state
 * before it is made, as left behind: the run deletes it with the rest, and where it does not get that far the next one does.
 *
 * @returns undefined once all that the plan says is dumped
 * @throws UserError `dump_failed`, with the end of the job's log
 */
export async function dumpFirst(call: DumpCall): Promise<Waiting | undefined> {
  const dump = call.plan.removal?.dump;
  const open = dump?.servers.filter(({ id }) => !call.memory.read(dumped, nameOf(id))) ?? [];
  if (!dump || open.length === 0) return undefined;
  const { value: state } = await call.run.stores.state.read();
  const context = contextOf(call, state);
  const orders = open.map((server) => orderOf(call, context, dump, server));
  const grant = dump.grants ? dumpGrant(context, dump.containerId) : undefined;
  const jobs = orders.map((order) => dumpJob(context, order));
  await recordFirst(call, [...jobs, ...(grant ? [grant] : [])]);
  const granted = grant && (await converge(context, grant));
  if (granted && isWaiting(granted)) return granted;
  const answers = await settleAll(orders.map((order) => dumpOne(call, context, dump, order)));
  const waits = answers.filter(isWaiting);
  return waits.length === 0 ? undefined : untilAll(waits);
}

async function dumpOne(
  { memory, events }: DumpCall,
  context: StepContext,
  dump: DumpPlan,
  order: DumpOrder,
): Promise<Waiting | undefined> {
  const server = nameOf(order.server.id);
  const job = dumpJob(context, order);
  const written = await converge(context, job, { asMade: (one) => asEnvironmentTakes(context, one) });
  if (isWaiting(written)) return written;
  const failed = memory.read(failures, server);
  if (failed) throw new UserError(failed.message, FAILURE);
  const waiting = await followExecution(context, {
    job,
    service: { key: job.key, name: server },
    subject: order.mark,
    title: `the dump of ${server}`,
    timeoutInSeconds: DUMP_TIMEOUT_IN_SECONDS,
    told: { mark: order.mark },
    failure: FAILURE,
  }).catch(async (error: unknown) => {
    if (error instanceof UserError && error.code === FAILURE.code) {
      await memory.write(failures, { message: error.message }, server);
    }
    throw error;
  });
  if (waiting) return waiting;
  const addresses = order.dumps.map((one) => dumpAddress(dump, one));
  events.add({ type: 'dump_completed', server, addresses }, `dumped-${server}`);
  // Told before it is done, as deletions are.
  await events.flush();
  await memory.write(dumped, true, server);
  return undefined;
}

const FAILURE = {
  code: 'dump_failed',
  hint: 'Nothing was deleted. Correct what the log says, and run destroy again.',
} as const;

function orderOf(
  { run: { request }, azure }: DumpCall,
  { outputs, environment, runId }: StepContext,
  { containerId }: DumpPlan,
  server: ServerDump,
): DumpOrder {
  const [account = '', , , , container = ''] = containerId.split('/').slice(8);
  return {
    server,
    dumps: databaseDumps(environment, server, request.requestedAt),
    target: { account, container, cloud: azure.cloud.name, clientId: outputs.read('identityClientId') },
    mark: runId,
  };
}

async function recordFirst(
  { run, memory, fence, services }: DumpCall,
  made: readonly DesiredResource[],
): Promise<void> {
  if (memory.read(recorded)) return;
  const since = services.clock.now().toISOString();
  const records = made.map(({ key, id, kind }): [string, LeftBehind] => {
    // Of the last step, since everything that it needs must stay until it is gone.
    const step = STEPS.reduce((last, one) => (one.number > last.number ? one : last)).name;
    const { runId } = run.request;
    return [key, { id, type: kind.type, step, created_by: runId, holds_data: false, immutable: {}, key, since }];
  });
  await updateState(
    run.stores.state,
    (state) => ({ ...state, left_behind: { ...state.left_behind, ...Object.fromEntries(records) } }),
    { fence },
  );
  await memory.write(recorded, true);
}

/** Of a run that deletes no step runs: what is made for its dump is recorded here, and nothing else changes the state. */
function contextOf({ services, run, memory, events, azure, plan }: DumpCall, state: EnvironmentState): StepContext {
  const { request, config } = run;
  const never = (what: string) => (): never => {
    throw new Error(`a dump ${what}`);
  };
  return {
    runId: request.runId,
    environment: request.environment,
    config,
    options: request.options,
    outputs: actualOutputs(state),
    state,
    previous: undefined,
    azure,
    source: undefined,
    secrets: services.secrets,
    memory,
    clock: services.clock,
    reason: { text: '', forced: false },
    recordResource: () => undefined,
    recordLeftBehind: never('leaves nothing'),
    recordRemoval: never('removes nothing'),
    plannedRemovals: async () => plan.resources.filter(({ action }) => action === 'delete'),
    amendStep: never('amends no step'),
    progress: (message) => events.add({ type: 'log', level: 'info', message }),
    log: (level, message, service) => events.add({ type: 'log', level, message, ...(service && { service }) }),
    async toldDurably() {
      await events.flush();
    },
  };
}
