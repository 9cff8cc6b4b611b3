import { setTimeout as pause } from 'node:timers/promises';
import { type Activity, createActivities, createSteps } from '../../activities/activities.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { RunEvent } from '../../domain/events.ts';
import type { StepInput } from '../../domain/function-names.ts';
import { NO_OPTIONS, type RunRequest, type StepAnswer } from '../../domain/run.ts';
import { compileSchedule, type Schedule } from '../../domain/schedule.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import { STEPS, type StepName, stepDefinition } from '../../domain/steps.ts';
import type { Services } from '../../engine/services.ts';
import type { Step } from '../../engine/step.ts';
import { outputsConsumed } from '../../planning/step-basis.ts';
import { newRequest } from '../../runs/new-request.ts';
import { acquireLock } from '../../state/lock.ts';
import { updateState } from '../../state/update-state.ts';

/** A step of which nothing is recorded, and why. */
interface OpenStep {
  readonly step: StepName;
  readonly number: number;
  readonly why: string;
}

export interface Looked {
  /** What every step leaves that has nothing to write; of all others nothing. */
  readonly state: EnvironmentState;
  readonly open: readonly OpenStep[];
}

/** What is not ready is busy with something that is not ours to wait for any longer. */
const PATIENCE_IN_SECONDS = 120;
const LOCKED_FOR_IN_MS = 3_600_000;

/**
 * Performs every step by looking: one that finds all as the configuration says is recorded as a deployment would record it, with the
 * outputs that it found. One that would write something, or needs what another one did not find, stays to be done.
 *
 * @param services whose Azure takes no writes, and whose stores are for nothing else
 * @param renew called before each step
 */
export async function lookAtSteps(
  services: Services,
  environment: string,
  config: DeploymentConfig,
  renew: () => Promise<unknown>,
): Promise<Looked> {
  const told = new Map<string, string>();
  const looking: Services = { ...services, looksOnly: true, observe: (event) => tellInto(told, event) };
  const { state, runs } = services.stores(environment);
  const activities = createActivities(looking);
  const request = await beginRequest(looking, environment, config);
  const open: OpenStep[] = [];
  const leaveOpen = (step: StepName, why: string): void =>
    void open.push({ step, number: stepDefinition(step).number, why });
  await runs.create(request);
  for (const step of inSchedule()) {
    await renew();
    const known = (await state.read()).value;
    const needed = Object.keys(outputsConsumed(step, environment, { config, state: known }));
    const isNeeded = ({ step: other }: OpenStep): boolean =>
      stepDefinition(step.name).verifies === true || needed.some((name) => name.startsWith(`output:${other}.`));
    const missing = open.find(isNeeded);
    if (missing) {
      leaveOpen(step.name, `needs what ${missing.step} leaves`);
      continue;
    }
    const answer = await lookPatiently(activities[step.name], { environment, runId: request.runId, step });
    if (answer.kind === 'completed' || answer.kind === 'skipped') continue;
    leaveOpen(step.name, told.get(step.name) ?? answer.kind);
    await updateState(state, ({ steps: { [step.name]: _, ...steps }, ...current }) => ({ ...current, steps }));
  }
  return { state: (await state.read()).value, open: open.toSorted((a, b) => a.number - b.number) };
}

async function beginRequest(services: Services, environment: string, config: DeploymentConfig): Promise<RunRequest> {
  const { holder, engine } = services;
  const { state, runs } = services.stores(environment);
  await runs.putConfig(config);
  const request = newRequest(services, {
    ...{ environment, config, options: NO_OPTIONS, source: null, trigger: 'cli', by: holder },
    ...{ waits: false, resetsState: false },
  });
  const wakeBy = new Date(state.now().getTime() + LOCKED_FOR_IN_MS).toISOString();
  await acquireLock(state, { runId: request.runId, holder, engine, step: null, wakeBy });
  return request;
}

async function lookPatiently(
  activity: Activity,
  { step, ...run }: { readonly environment: string; readonly runId: string; readonly step: Step },
): Promise<StepAnswer> {
  let waited = 0;
  for (let callNumber = 1; ; callNumber += 1) {
    const input: StepInput = { ...run, step: step.name, callNumber };
    const answer = (await activity(input as never)) as StepAnswer;
    const seconds = 'retryAfterInSeconds' in answer ? answer.retryAfterInSeconds : undefined;
    if (seconds === undefined || waited + seconds > PATIENCE_IN_SECONDS) return answer;
    waited += seconds;
    await pause(seconds * 1000);
  }
}

/** The last word of each step that did not come to its end. */
function tellInto(told: Map<string, string>, event: RunEvent): void {
  if (event.type === 'step_failed') told.set(event.step, event.message);
  if (event.type === 'step_progress' && event.waitingInSeconds !== undefined)
    told.set(event.step, `waits for ${event.message}`);
}

/** Every step after those that it depends on. */
function inSchedule(): readonly Step[] {
  const names = namesIn(compileSchedule(STEPS));
  return createSteps().toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

function namesIn(schedule: Schedule): readonly StepName[] {
  return schedule.kind === 'step' ? [schedule.step] : schedule.parts.flatMap(namesIn);
}
