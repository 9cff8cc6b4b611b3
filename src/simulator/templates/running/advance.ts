import { settleOperations } from '../../arm/deletion/settle.ts';
import { isRunning } from '../../arm/operations.ts';
import type { World } from '../../world.ts';
import { errorIn } from '../reply-error.ts';
import type { DeploymentRun, DeploymentStep } from './deployment-run.ts';
import { finishRun } from './finish-run.ts';
import { liveResources } from './live-resources.ts';
import { templateRefusal } from './refused.ts';
import type { Types } from './resource-requests.ts';
import { scopeOfRun } from './run-scope.ts';
import { writeStep } from './write-step.ts';

/**
 * Lets all deployments come as far as they have by now. Whatever was due since the last request is done in its order and at its
 * moment: a resource begins when the last one that it waits for has ended, so that a deployment takes as long as its longest chain.
 */
export function advanceDeployments(world: World, types: Types): void {
  for (;;) {
    const open = Object.values(world.state.deploymentRuns).filter(({ end }) => !end);
    const moments = open.flatMap((run) => nextMoment(world, run) ?? []);
    if (moments.length === 0) return;
    world.at(Math.min(...moments), () => {
      settleOperations(world, types);
      for (const run of open) advance(world, run, types);
    });
  }
}

/** When something is to be done next for it, if that is by now. */
function nextMoment(world: World, run: DeploymentRun): number | undefined {
  if (!run.isBegun) return Date.parse(run.startedAt);
  const steps = run.steps.filter(({ state }) => state === 'running');
  const ends = [
    ...steps.map(({ operation, startedAt }) => endOf(world, operation, startedAt)),
    ...(run.deletions ?? []).map(({ operation }) => endOf(world, operation, undefined)),
  ].flatMap((end) => end ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** When an operation has ended, if it has; what has none was over when it was answered. */
function endOf(world: World, operation: string | undefined, answeredAt: string | undefined): number | undefined {
  const found = world.state.operations[operation ?? ''];
  if (isRunning(world, found)) return undefined;
  const end = found?.endsAt ?? answeredAt;
  return end === undefined ? undefined : Date.parse(end);
}

function advance(world: World, run: DeploymentRun, types: Types): void {
  run.isBegun = true;
  for (const step of run.steps) if (step.state === 'running') look(world, step);
  // What is only named, or left out, is done with at once.
  for (let ready = readySteps(run); ready.length > 0; ready = readySteps(run)) {
    for (const step of ready) begin(world, run, step, types);
  }
  if (run.steps.every(({ state }) => state !== 'running')) finishRun(world, run, types);
}

/** Those for which nothing is left to wait; what waits for something that failed never begins. */
function readySteps(run: DeploymentRun): readonly DeploymentStep[] {
  const done = new Set(run.steps.filter(({ state }) => state === 'succeeded').map(({ key }) => key));
  return run.steps.filter(({ state, after }) => state === 'waiting' && after.every((key) => done.has(key)));
}

function begin(world: World, run: DeploymentRun, step: DeploymentStep, types: Types): void {
  if (!step.isDeployed) {
    step.state = 'succeeded';
    return;
  }
  step.startedAt = new Date(world.now()).toISOString();
  const answer = writtenOrRefused(world, run, step, types);
  const error = 'code' in answer ? answer : errorIn(answer);
  if (error) {
    end(world, step, error);
    return;
  }
  step.wasAccepted = true;
  step.state = 'running';
  if ('operation' in answer && answer.operation !== undefined) step.operation = answer.operation;
}

function writtenOrRefused(world: World, run: DeploymentRun, step: DeploymentStep, types: Types) {
  try {
    return writeStep(world, run, step, types, scopeOfRun(world, run, run.parameters, liveResources(world, run, types)));
  } catch (error) {
    return templateRefusal(
      error,
      (message) => `Unable to process template language expressions for resource '${step.id}'. '${message}'`,
    );
  }
}

/** Whether the operation of a write is over. */
function look(world: World, step: DeploymentStep): void {
  const operation = world.state.operations[step.operation ?? ''];
  if (!isRunning(world, operation)) end(world, step, operation?.failure);
}

function end(world: World, step: DeploymentStep, error: DeploymentStep['error']): void {
  step.state = error ? 'failed' : 'succeeded';
  step.endedAt = new Date(world.now()).toISOString();
  if (error) step.error = error;
}
