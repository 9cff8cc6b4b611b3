import { z } from 'zod';
import { type DesiredResource, holdsData } from '../domain/desired.ts';
import { withDurations } from '../domain/durations/durations.ts';
import { withLeaving, withoutGone, withSeen } from '../domain/left-behind.ts';
import { stepLeaving } from '../domain/outputs.ts';
import type { Ownership } from '../domain/ownership/ownership.ts';
import {
  type DependencyRecord,
  dependencyRecordSchema,
  type EnvironmentState,
  type ResourceRecord,
  type StepState,
} from '../domain/state.ts';
import { type StepName, stepDefinition } from '../domain/steps.ts';
import type { FailureReport } from '../engine/failure.ts';
import type { StepMemory } from '../engine/memory.ts';
import { defineRecord, doneSchema } from '../engine/record.ts';
import type { Services } from '../engine/services.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepResult } from '../engine/step.ts';
import { triesOf } from '../engine/waiting/patience.ts';
import { seenDurations } from '../engine/waiting/seen-durations.ts';
import { canonicalJson, jsonAt } from '../shared/json.ts';
import type { StateStore } from '../state/ports.ts';
import { type Fence, updateState } from '../state/update-state.ts';
import { wakeByAfter } from './keep-lock.ts';

/** The lock is renewed when it would run out sooner than it must by more than this. */
const RENEWAL_SLACK_IN_SECONDS = 120;

interface StepReason {
  readonly text: string;
  readonly forced: boolean;
}

const startedInCall = defineRecord({ name: 'startedInCall', scope: 'run', schema: z.number() });
/** ISO 8601. */
const startedAt = defineRecord({ name: 'startedAt', scope: 'run', schema: z.string() });
const startReason = defineRecord({
  name: 'reason',
  scope: 'run',
  schema: z.object({ text: z.string(), forced: z.boolean() }),
});
/** What was found to depend on when the step began. */
const startDependencies = defineRecord({
  name: 'dependencies',
  scope: 'run',
  schema: z.record(z.string(), dependencyRecordSchema),
});
/** Its head start is done, and nothing of the step itself has begun. */
const ahead = defineRecord({ name: 'ahead', scope: 'run', schema: doneSchema });

/** Of a step that no run has ended. */
const NOT_ENDED: StepState = {
  status: 'failed',
  timestamp: '',
  dependency_hash: null,
  dependencies: {},
  outputs: {},
  metadata: {},
};

/** What one step of one run writes about itself: into its memory while it runs, into the state at its end. */
export interface StepLedger {
  readonly number: number;
  start(
    decision: StepReason & { readonly dependencies: Readonly<Record<string, DependencyRecord>> },
    callNumber: number,
  ): Promise<void>;
  /** The state says from then on that this run has begun the step, where it knows the step at all. */
  markBegun(): Promise<void>;
  startedInCall(): number | undefined;
  reason(): StepReason;
  /** The attempts so far, this one included. */
  attempts(): number;
  durationInMs(): number;
  /** How long what it waited for may have been over before that was seen, at most, all together. */
  lateInSeconds(): number;
  recordResource(resource: DesiredResource, created: boolean, ownership: Ownership): void;
  recordLeftBehind(key: string): void;
  recordRemoval(id: string): void;
  wait(seconds: number): Promise<void>;
  amendStep(step: StepName, change: (before: StepState) => StepState): Promise<void>;
  /** What later steps may have of it already. The step has begun, and has not ended. */
  publish(outputs: StepState['outputs']): Promise<void>;
  /** Its head start is done, and the step itself has not gone on yet. */
  isAhead(): boolean;
  /** From then on the step itself has begun. */
  goOn(): Promise<void>;
  complete(
    result: Extract<StepResult, { kind: 'completed' }>,
    lateDependencies: Readonly<Record<string, DependencyRecord>>,
    fingerprint: (dependencies: Readonly<Record<string, DependencyRecord>>) => string,
  ): Promise<StepState>;
  fail(report: FailureReport): Promise<StepState>;
}

export function createStepLedger(options: {
  readonly services: Services;
  readonly store: StateStore;
  readonly step: StepName;
  readonly runId: string;
  readonly fence: Fence;
  readonly memory: StepMemory;
}): StepLedger {
  const { services, store, step, runId, fence, memory } = options;
  const resources = new Map<string, ResourceRecord>();
  const gone = new Set<string>();
  const left = new Set<string>();

  const durationInMs = (): number => {
    const since = memory.read(startedAt);
    return since === undefined ? 0 : Math.max(0, services.clock.now().getTime() - Date.parse(since));
  };

  const seenIn = (current: EnvironmentState) =>
    withSeen(current, withCreator(resources, current.resources), store.now().toISOString());

  /** What it waited for and how long, once it has come to its end. */
  const durationsIn = ({ durations }: EnvironmentState): Pick<EnvironmentState, 'durations'> => {
    const seen = seenDurations(memory);
    return seen.length === 0 ? {} : { durations: withDurations(durations ?? {}, seen) };
  };

  /** Writes the step's new record, and the resources this call saw, under the run's fence. */
  async function write(
    change: (before: StepState | undefined) => StepState,
    alongside: (state: EnvironmentState) => Partial<EnvironmentState> = () => ({}),
  ): Promise<StepState> {
    const state = await updateState(
      store,
      (current) => ({
        ...current,
        ...subscriptionOf(step, change(current.steps[step])),
        steps: { ...current.steps, [step]: change(current.steps[step]) },
        ...withoutGone(withLeaving(seenIn(current), left, store.now().toISOString()), gone),
        ...alongside(current),
      }),
      { fence },
    );
    const written = state.steps[step];
    if (!written) throw new Error(`the state lost ${step}`);
    return written;
  }

  /** A step that never ended has no record to change; it is due in any case. */
  async function amend(other: StepName, change: (before: StepState) => StepState): Promise<void> {
    await updateState(
      store,
      (current) => {
        const before = current.steps[other];
        return before ? { ...current, steps: { ...current.steps, [other]: change(before) } } : current;
      },
      { fence },
    );
  }

  const markBegun = (): Promise<void> => amend(step, (before) => ({ ...before, begun_by: runId }));

  const ledger: StepLedger = {
    number: stepDefinition(step).number,

    async start({ text, forced, dependencies }, callNumber) {
      // Before its memory says that it runs: whoever takes this run's place knows by the state alone what it left half done.
      await markBegun();
      // At the same moment, so that all of it is one write.
      await settleAll([
        memory.write(startedInCall, callNumber),
        memory.write(startReason, { text, forced }),
        memory.write(startDependencies, { ...dependencies }),
        memory.write(startedAt, services.clock.now().toISOString()),
      ]);
    },

    markBegun,

    startedInCall: () => memory.read(startedInCall),
    reason: () => memory.read(startReason) ?? { text: '', forced: false },
    attempts: () => triesOf(memory, step),
    durationInMs,
    lateInSeconds: () => seenDurations(memory).reduce((sum, one) => sum + one.lateInSeconds, 0),

    recordResource(resource, created, { applied, accepted, respelled = {} }) {
      resources.set(resource.key, {
        id: resource.id,
        type: resource.kind.type,
        step: resource.step ?? step,
        holds_data: holdsData(resource),
        immutable: Object.fromEntries(
          resource.kind.immutable.map((path) => [path, canonicalJson(jsonAt(resource.body, path) ?? null)]),
        ),
        ...(created && { created_by: runId }),
        ...(applied && { applied }),
        ...(accepted.length > 0 && { accepted: [...accepted] }),
        ...(Object.keys(respelled).length > 0 && { respelled: { ...respelled } }),
        ...genericOf(resource),
      });
    },

    recordLeftBehind(key) {
      left.add(key);
    },

    recordRemoval(id) {
      gone.add(id.toLowerCase());
    },

    async wait(seconds) {
      const wakeBy = wakeByAfter(store, seconds);
      const { value: state } = await store.read();
      const late = Date.parse(state.lock?.wakeBy ?? '') < Date.parse(wakeBy) - RENEWAL_SLACK_IN_SECONDS * 1000;
      const unrecorded = [...resources].some(([key, record]) => state.resources[key]?.id !== record.id);
      if (!late && !unrecorded && isUnderWay(state, runId)) return;
      await updateState(
        store,
        (current) => ({
          ...current,
          lock: current.lock && { ...current.lock, step, wakeBy },
          ...seenIn(current),
        }),
        { fence },
      );
    },

    amendStep: amend,

    async publish(outputs) {
      const timestamp = services.clock.now().toISOString();
      await write((before = NOT_ENDED) => {
        return { ...before, timestamp, outputs: { ...before.outputs, ...outputs }, begun_by: runId };
      });
      await memory.write(ahead, true);
    },

    isAhead: () => memory.read(ahead) !== undefined,
    goOn: () => memory.delete(ahead),

    complete(result, lateDependencies, fingerprint) {
      const dependencies = {
        ...memory.read(startDependencies),
        ...lateDependencies,
      };
      return write(
        () => ({
          status: 'completed',
          timestamp: services.clock.now().toISOString(),
          dependency_hash: fingerprint(dependencies),
          dependencies,
          outputs: { ...result.outputs },
          metadata: { ...result.metadata },
          error: null,
          duration_in_ms: durationInMs(),
          attempts: ledger.attempts(),
          run_id: runId,
        }),
        durationsIn,
      );
    },

    fail({ code, message, correlationId }) {
      return write(
        ({ begun_by: _, ...before } = NOT_ENDED) => ({
          // What the last good run left is kept: outputs for the steps that did complete, and its hash.
          ...before,
          status: 'failed',
          timestamp: services.clock.now().toISOString(),
          error: { code, message: services.mask(message), ...(correlationId && { correlationId }) },
          duration_in_ms: durationInMs(),
          attempts: ledger.attempts(),
          run_id: runId,
        }),
        durationsIn,
      );
    },
  };
  return ledger;
}

/** What the registry of kinds does not know of it. */
function genericOf({ kind, needs }: DesiredResource): Pick<ResourceRecord, 'generic'> {
  if (!needs) return {};
  const { apiVersion, ownership, readAction } = kind;
  const read = readAction !== undefined && { read_action: readAction };
  return { generic: { api_version: apiVersion, ownership, needs: [...needs], ...read } };
}

/** The lock names a step of this run that has not ended; of steps side by side, any one will do. */
function isUnderWay({ lock, steps }: EnvironmentState, runId: string): boolean {
  const named = lock?.step ?? undefined;
  return named !== undefined && steps[named as StepName]?.run_id !== runId;
}

/** A resource stays the creation of the run that made it, however often it is seen again. */
function withCreator(
  seen: ReadonlyMap<string, ResourceRecord>,
  known: Readonly<Record<string, ResourceRecord>>,
): Record<string, ResourceRecord> {
  return Object.fromEntries(
    [...seen].map(([key, record]) => {
      const creator = record.created_by ?? (known[key]?.id === record.id ? known[key]?.created_by : undefined);
      return [key, { ...record, ...(creator && { created_by: creator }) }];
    }),
  );
}

/** Its step tells which subscription the environment lives in; from then on another one is refused. */
function subscriptionOf(step: StepName, { status, outputs }: StepState): { subscription_id?: string } {
  const id = step === stepLeaving('subscriptionId') && status === 'completed' ? outputs.subscriptionId : undefined;
  return id === undefined ? {} : { subscription_id: id };
}
