import { withFence } from '../azure/connect.ts';
import type { EventRecorder } from '../engine/event-recorder.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import { defineRecords, doneSchema } from '../engine/record.ts';
import { removeResource } from '../engine/removal.ts';
import type { Services } from '../engine/services.ts';
import { patienceOf } from '../engine/waiting/patience.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { assertFence, updateState } from '../state/update-state.ts';
import { removable } from './removable.ts';
import { removalLimitInSeconds } from './removal-limit.ts';

/** What could not be removed stays, and is not tried again. */
const leftovers = defineRecords({ name: 'kept', scope: 'run', schema: doneSchema });

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
  const fence = { runId: request.runId, fence: state.lock.fence };
  const azure = withFence(await services.azure(config), () => assertFence(stores.state, fence));
  const next = removable(state.resources, request.runId).find(([key]) => !memory.read(leftovers, key));
  if (!next) return undefined;
  const [key, resource] = next;
  const { id, type, generic } = resource;
  const order = { key, id, type, apiVersion: generic?.api_version, limitInSeconds: removalLimitInSeconds(config) };
  const timekeeper = { memory, clock: services.clock };
  const removal = await removeResource(azure.arm, timekeeper, order, patienceOf(config, `removal:${key}`));
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
