import { hashJson, isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { type ArmReply, errorOf, ok, refused } from '../arm/message.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import { DEPLOYMENT_TYPE } from './definition/steps.ts';
import type { DeploymentRun, DeploymentStep } from './running/deployment-run.ts';
import { detailOf } from './running/finish-run.ts';

/** What a deployment answers of itself: https://learn.microsoft.com/rest/api/resources/deployments/get#deploymentextended */
export function deploymentView(run: DeploymentRun, world: World): JsonObject {
  const { end } = run;
  const at = end?.at ?? new Date(world.now()).toISOString();
  return {
    ...(run.location !== undefined && { location: run.location }),
    ...(run.tags && { tags: run.tags }),
    properties: {
      ...planView(run),
      provisioningState: end?.state ?? 'Running',
      timestamp: at,
      duration: duration(run.startedAt, at),
      ...(end?.outputs && { outputs: end.outputs }),
      ...(end && { outputResources: outputResources(run, world).map((id) => ({ id })) }),
      ...(end?.error && { error: errorOf(end.error) }),
    },
  };
}

/** What is known before anything is deployed; a validation answers it alone. */
export function planView(run: DeploymentRun): JsonObject {
  const deployed = run.steps.filter(({ isDeployed }) => isDeployed);
  return {
    templateHash: String(BigInt(`0x${hashJson(run.template).slice(0, 16)}`)),
    parameters: run.parameterViews,
    mode: run.mode,
    correlationId: run.correlationId,
    providers: providersOf(deployed),
    dependencies: deployed.filter(({ after }) => after.length > 0).map((step) => dependencyView(step, run)),
  };
}

function providersOf(steps: readonly DeploymentStep[]): Json {
  const byNamespace = Map.groupBy(steps, ({ type }) => type.split('/')[0] ?? '');
  return [...byNamespace].map(([namespace, all]) => ({
    namespace,
    resourceTypes: [...new Set(all.map(({ type }) => type.slice(namespace.length + 1)))].map((resourceType) => ({
      resourceType,
      locations: [null],
    })),
  }));
}

function dependencyView(step: DeploymentStep, { steps }: DeploymentRun): JsonObject {
  const before = steps.filter(({ key, isDeployed }) => isDeployed && step.after.includes(key));
  return { dependsOn: before.map(resourceView), ...resourceView(step) };
}

function resourceView({ id, type, name }: DeploymentStep): JsonObject {
  return { id, resourceType: type, resourceName: name };
}

/** Those of nested deployments stand for them. */
function outputResources(run: DeploymentRun, world: World): readonly string[] {
  return run.steps.flatMap((step) => {
    if (!step.isDeployed || step.state !== 'succeeded') return [];
    const nested = step.type === DEPLOYMENT_TYPE ? world.state.deploymentRuns[step.id.toLowerCase()] : undefined;
    return nested ? outputResources(nested, world) : [step.id];
  });
}

/** https://learn.microsoft.com/rest/api/resources/deployment-operations/list */
function operationViews(run: DeploymentRun, world: World): readonly JsonObject[] {
  const begun = run.steps.filter(({ startedAt }) => startedAt !== undefined);
  const views = begun.map((step) => operationView(run, step, world));
  const { end } = run;
  if (!end || run.steps.some(({ state }) => state === 'failed') || !('outputs' in run.template)) return views;
  const operationId = `${run.operation.replaceAll('-', '').slice(0, 16).toUpperCase()}`;
  return [
    ...views,
    {
      id: `${run.id}/operations/${operationId}`,
      operationId,
      properties: {
        provisioningOperation: 'EvaluateDeploymentOutput',
        provisioningState: end.state,
        timestamp: end.at,
        duration: duration(end.at, end.at),
        trackingId: run.correlationId,
        statusCode: end.state === 'Failed' ? 'BadRequest' : 'OK',
        ...(end.state === 'Failed' && end.error && { statusMessage: { error: errorOf(end.error) } }),
      },
    },
  ];
}

export function answerOperations(run: DeploymentRun, operationId: string | undefined, world: World): ArmReply {
  const all = operationViews(run, world);
  if (operationId === undefined) return ok({ value: [...all] });
  const found = all.find((one) => one.operationId === operationId.toUpperCase());
  return found
    ? ok(found)
    : refused(refuse(404, 'DeploymentOperationNotFound', `Deployment operation '${operationId}' could not be found.`));
}

const STATES: Readonly<Record<DeploymentStep['state'], string>> = {
  waiting: 'NotSpecified',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
};

const STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalServerError',
};

function operationView(run: DeploymentRun, step: DeploymentStep, world: World): JsonObject {
  const { startedAt = run.startedAt, endedAt = new Date(world.now()).toISOString(), state, error } = step;
  const told = error && errorOf(detailOf(step));
  const { target: _, ...inner } = told ?? {};
  const statusCode = error
    ? (STATUS[step.wasAccepted ? 409 : error.status] ?? 'BadRequest')
    : state === 'running'
      ? undefined
      : 'OK';
  return {
    id: `${run.id}/operations/${step.operationId}`,
    operationId: step.operationId,
    properties: {
      provisioningOperation: 'Create',
      provisioningState: STATES[state],
      timestamp: endedAt,
      duration: duration(startedAt, endedAt),
      trackingId: run.correlationId,
      ...(statusCode !== undefined && { statusCode }),
      ...(told && {
        statusMessage: { ...(step.wasAccepted && { status: 'Failed' }), error: isJsonObject(inner) ? inner : {} },
      }),
      targetResource: {
        ...resourceView(step),
        ...(step.symbol !== undefined && { symbolicName: step.symbol }),
      },
    },
  };
}

/** ISO 8601, as .NET writes it. */
function duration(from: string, to: string): string {
  const seconds = Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Math.round((seconds % 60) * 1000) / 1000;
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${rest}S`;
}
