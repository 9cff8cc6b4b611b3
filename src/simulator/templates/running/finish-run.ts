import { errorOf } from '../../arm/message.ts';
import { isRunning } from '../../arm/operations.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { deleteTheRest } from './delete-the-rest.ts';
import type { DeploymentRun, DeploymentStep } from './deployment-run.ts';
import { liveResources } from './live-resources.ts';
import { evaluatedOutputs } from './outputs.ts';
import type { Types } from './resource-requests.ts';
import { scopeOfRun } from './run-scope.ts';
import { NOT_YET } from './start-run.ts';

/** Ends a deployment of which no resource is under way; of mode Complete, once what is not in it is gone. */
export function finishRun(world: World, run: DeploymentRun, types: Types): void {
  const end = conclusion(world, run, types);
  if (end) endRun(world, run, end);
}

type Conclusion = Omit<NonNullable<DeploymentRun['end']>, 'at'>;

/** How it ends; undefined while something is being deleted. */
function conclusion(world: World, run: DeploymentRun, types: Types): Conclusion | undefined {
  const failed = run.steps.filter(({ state }) => state === 'failed');
  if (failed.length > 0) return { state: 'Failed', error: deploymentFailed(run, failed.map(detailOf)) };
  const left = run.mode === 'Complete' ? deleteTheRest(world, run, types) : [];
  if (left === 'under way') return undefined;
  if (left.length > 0) return { state: 'Failed', error: deploymentFailed(run, left) };
  const scope = scopeOfRun(world, run, run.parameters, liveResources(world, run, types));
  const found = evaluatedOutputs(run.template, scope);
  return 'code' in found ? { state: 'Failed', error: found } : { state: 'Succeeded', ...found };
}

/** Stops what a deployment has not begun; what is under way goes on by itself. Nested deployments stop, too. */
export function cancelRun(world: World, run: DeploymentRun): void {
  for (const step of run.steps) {
    if (step.state !== 'running') continue;
    const nested = world.state.deploymentRuns[step.id.toLowerCase()];
    if (nested && !nested.end) cancelRun(world, nested);
    step.state = 'canceled';
    step.endedAt = new Date(world.now()).toISOString();
  }
  endRun(world, run, {
    state: 'Canceled',
    error: refuse(409, 'DeploymentCanceled', `The deployment '${run.name}' was canceled.`),
  });
}

function endRun(world: World, run: DeploymentRun, end: Conclusion): void {
  const at = new Date(world.now()).toISOString();
  const operation = world.state.operations[run.operation];
  // Faults order another end beforehand.
  const ordered = operation?.failure;
  run.end = ordered && end.state === 'Succeeded' ? { state: 'Failed', error: ordered, at } : { ...end, at };
  run.parameters = {};
  if (!operation) return;
  if (run.end.error) operation.failure ??= run.end.error;
  if (operation.endsAt === NOT_YET || !isRunning(world, operation)) operation.endsAt = at;
}

/** The words: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors */
function deploymentFailed({ id }: DeploymentRun, details: readonly Refusal[]): Refusal {
  return {
    ...refuse(
      409,
      'DeploymentFailed',
      'At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.',
    ),
    target: id,
    details: details.map(errorOf),
  };
}

/** A failure of a resource as it stands in the error of its deployment. */
export function detailOf({ id, error, wasAccepted }: DeploymentStep): Refusal {
  const told = error ?? refuse(500, 'InternalServerError', '');
  if (!wasAccepted || told.code === 'DeploymentFailed') return { ...told, target: told.target ?? id };
  const { target: _, ...inner } = told;
  return {
    ...refuse(
      409,
      'ResourceDeploymentFailure',
      "The resource write operation failed to complete successfully, because it reached terminal provisioning state 'Failed'.",
    ),
    target: id,
    details: [errorOf(inner)],
  };
}
