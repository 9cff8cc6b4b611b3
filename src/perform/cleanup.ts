import { withFence } from '../azure/connect.ts';
import type { ArmOperation } from '../azure/ports.ts';
import type { CloseAnswer } from '../domain/run.ts';
import type { EventRecorder } from '../engine/event-recorder.ts';
import { explainFailure } from '../engine/failure.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { Services } from '../engine/services.ts';
import type { StepMemory } from '../engine/step.ts';
import { kindOf } from '../resources/registry.ts';
import { assertFence, updateState } from '../state/update-state.ts';
import { removable } from './removable.ts';

/**
 * `advanced.cleanup_on_failure`: removes what this run created and what holds no data, one after the other, the newest step
 * first. Starts or polls one deletion a call. Answers when to call again; undefined when there is nothing left to do.
 */
export async function cleanUp(
  services: Services,
  { request, config, stores }: LoadedRun,
  memory: StepMemory,
  events: EventRecorder,
): Promise<CloseAnswer | undefined> {
  const { value: state } = await stores.state.read();
  if (state.lock?.runId !== request.runId) return undefined;
  const { fence } = state.lock;
  const azure = withFence(await services.azure(config), () => assertFence(stores.state, fence));
  const next = removable(state.resources, request.runId).find(([key]) => memory.get(`kept:${key}`) === undefined);
  if (!next) return undefined;
  const [key, { id, type }] = next;
  try {
    const operation = memory.get<string>(`removal:${key}`);
    const progress = operation
      ? await azure.arm.poll(JSON.parse(operation) as ArmOperation)
      : await azure.arm.delete(id, apiVersionOf(type));
    if (progress.kind === 'started') {
      await memory.set(`removal:${key}`, JSON.stringify(progress.operation));
      return { kind: 'waiting', retryAfterInSeconds: progress.retryAfterInSeconds };
    }
    if (progress.kind === 'running') return { kind: 'waiting', retryAfterInSeconds: progress.retryAfterInSeconds };
    events.add({ type: 'log', level: 'info', message: `removed ${key}, which this run had created` }, `removed-${key}`);
    await updateState(
      stores.state,
      (current) => {
        const { [key]: _, ...resources } = current.resources;
        return { ...current, resources };
      },
      { fence },
    );
  } catch (error) {
    const failure = explainFailure(error);
    if (failure.kind === 'wait') return { kind: 'waiting', retryAfterInSeconds: failure.afterInSeconds };
    // The run has failed already; a resource that stays is told, and the next one is tried.
    const { message, code } = failure.report;
    events.add(
      { type: 'log', level: 'warning', message: `could not remove ${key}: ${message} (${code})` },
      `kept-${key}`,
    );
    await memory.set(`kept:${key}`, true);
  }
  return { kind: 'waiting', retryAfterInSeconds: 0 };
}

function apiVersionOf(type: string): string {
  const kind = kindOf(type);
  if (!kind) throw new Error(`this version makes no ${type} and cannot remove one`);
  return kind.apiVersion;
}
