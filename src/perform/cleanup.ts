import { z } from 'zod';
import { withFence } from '../azure/connect.ts';
import type { Arm } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { ResourceRecord } from '../domain/state.ts';
import type { EventRecorder } from '../engine/event-recorder.ts';
import { explainFailure, type FailureReport, isStorageAway, waitedInVain } from '../engine/failure.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import { operationSchema } from '../engine/operation.ts';
import { defineRecords, doneSchema } from '../engine/record.ts';
import type { Services } from '../engine/services.ts';
import { notReady, untilReady } from '../engine/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting.ts';
import { kindOf } from '../resources/registry.ts';
import { assertFence, updateState } from '../state/update-state.ts';
import { removable } from './removable.ts';

/** Deletions take minutes; a vault or an environment half an hour. */
const REMOVED_WITHIN_IN_SECONDS = 3600;

/** A deletion that Azure carries out. Version 0.1 wrote it as a text. */
const removals = defineRecords({
  name: 'removal',
  scope: 'run',
  schema: z.preprocess(
    (stored): unknown => (typeof stored === 'string' ? JSON.parse(stored) : stored),
    operationSchema,
  ),
});
/** What could not be removed stays, and is not tried again. */
const leftovers = defineRecords({ name: 'kept', scope: 'run', schema: doneSchema });

type Removal = { readonly kind: 'removed' } | { readonly kind: 'kept'; readonly report: FailureReport };

/**
 * `advanced.cleanup_on_failure`: removes what this run created and what holds no data, one after the other, the newest step
 * first. Starts or polls one deletion a call.
 *
 * @returns what it waits for; undefined when there is nothing left to do
 */
export async function cleanUp(
  services: Services,
  { request, config, stores }: LoadedRun,
  memory: StepMemory,
  events: EventRecorder,
): Promise<Waiting | undefined> {
  const { value: state } = await stores.state.read();
  if (state.lock?.runId !== request.runId) return undefined;
  const { fence } = state.lock;
  const azure = withFence(await services.azure(config), () => assertFence(stores.state, fence));
  const next = removable(state.resources, request.runId).find(([key]) => !memory.read(leftovers, key));
  if (!next) return undefined;
  const [key, resource] = next;
  const removal = await untilReady<Removal>({ memory, clock: services.clock }, `removal:${key}`, () =>
    remove(azure.arm, memory, { key, resource, limitInSeconds: limitOf(config) }),
  );
  if (isWaiting(removal)) return removal;
  if (removal.kind === 'kept') {
    // The run has failed already; a resource that stays is told, and the next one is tried.
    const { message, code } = removal.report;
    events.add(
      { type: 'log', level: 'warning', message: `could not remove ${key}: ${message} (${code})` },
      `kept-${key}`,
    );
    await memory.write(leftovers, true, key);
  } else {
    events.add({ type: 'log', level: 'info', message: `removed ${key}, which this run had created` }, `removed-${key}`);
    await updateState(
      stores.state,
      (current) => {
        const { [key]: _, ...resources } = current.resources;
        return { ...current, resources };
      },
      { fence },
    );
  }
  return { kind: 'waiting', retryAfterInSeconds: 0, on: 'the next resource to remove' };
}

interface Removable {
  readonly key: string;
  readonly resource: ResourceRecord;
  readonly limitInSeconds: number;
}

/** Looks once at the deletion, or begins it. */
async function remove(arm: Arm, memory: StepMemory, { key, resource, limitInSeconds }: Removable) {
  const wait = (afterInSeconds: number, report: FailureReport) =>
    notReady<Removal>({
      on: `the removal of ${key}`,
      afterInSeconds,
      limitInSeconds,
      whenOver: () => ({ kind: 'kept', report: waitedInVain(report, limitInSeconds) }),
    });
  try {
    const begun = memory.read(removals, key);
    const progress = begun ? await arm.poll(begun) : await arm.delete(resource.id, apiVersionOf(resource.type));
    if (progress.kind === 'started') await memory.write(removals, progress.operation, key);
    if (progress.kind === 'started' || progress.kind === 'running') return wait(progress.retryAfterInSeconds, UNENDED);
    return { kind: 'removed' } as const;
  } catch (error) {
    const failure = explainFailure(error);
    if (failure.kind === 'lock_lost' || isStorageAway(error)) throw error;
    if (failure.kind === 'wait') return wait(failure.afterInSeconds, failure.report);
    return { kind: 'kept', report: failure.report } as const;
  }
}

const UNENDED: FailureReport = { code: 'OperationTimedOut', message: 'the deletion does not end' };

function limitOf({ advanced }: DeploymentConfig): number {
  return Math.max(REMOVED_WITHIN_IN_SECONDS, advanced.operationTimeoutInSeconds);
}

function apiVersionOf(type: string): string {
  const kind = kindOf(type);
  if (!kind) throw new Error(`this version makes no ${type} and cannot remove one`);
  return kind.apiVersion;
}
