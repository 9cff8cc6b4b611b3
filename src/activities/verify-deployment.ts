import type { RevisionView } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import { hostOf } from '../domain/resources/addresses.ts';
import { CONTAINER_APPS_VERSION } from '../domain/resources/container-app.ts';
import { resourceId } from '../domain/resources/ids.ts';
import { ExitCode, UserError } from '../shared/errors.ts';
import { jsonAt } from '../shared/json.ts';
import type { Step, StepContext } from './step.ts';
import { endPatience, untilAll, type Waiting, waitPatiently } from './waiting.ts';

/** How long a new revision may take to be healthy. */
const HEALTHY_WITHIN_IN_SECONDS = 300;
/** A revision that Azure calls unhealthy is given this long to come round. */
const UNHEALTHY_FOR_IN_SECONDS = 30;

/** Step 14: every app has a healthy ready revision, and external ones answer their health paths. */
export const verifyDeployment: Step = {
  name: 'verify_deployment',
  desire: () => [],

  async run(context) {
    const { application, infrastructure } = context.config.services;
    const settled = await Promise.allSettled(
      [...application, ...infrastructure].map((service) => verify(context, service)),
    );
    const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (failures.length > 0) throw combined(failures);
    const waits = settled.flatMap((result) => (result.status === 'fulfilled' && result.value ? [result.value] : []));
    if (waits.length > 0) return untilAll(waits);
    return { kind: 'completed', outputs: addresses(context) };
  },
};

/** Nothing to wait for when the service is well. */
async function verify(context: StepContext, service: ServiceConfig): Promise<Waiting | undefined> {
  const unready = await revisionProblem(context, service);
  const problem = unready ?? (await probeProblem(context, service));
  if (problem === undefined) {
    await endPatience(context, `healthy:${service.key}`);
    await endPatience(context, `unhealthy:${service.key}`);
    return undefined;
  }
  const waiting = await waitPatiently(context, {
    name: `${problem.isUnhealthy ? 'unhealthy' : 'healthy'}:${service.key}`,
    on: `${service.name} to be healthy (${problem.text})`,
    limitInSeconds: problem.isUnhealthy ? UNHEALTHY_FOR_IN_SECONDS : HEALTHY_WITHIN_IN_SECONDS,
  });
  if (waiting) return waiting;
  throw new UserError(
    `${service.name} is not healthy: ${problem.text}.${await replicaDetails(context, service, problem.revision)}`,
    {
      code: 'service_unhealthy',
      exitCode: ExitCode.failed,
      hint: `Look at the logs of ${service.name}, its health path and its port (services.${service.key}).`,
    },
  );
}

interface Problem {
  readonly text: string;
  /** Azure has judged: it is no matter of patience. */
  readonly isUnhealthy: boolean;
  readonly revision?: string;
}

async function revisionProblem(context: StepContext, service: ServiceConfig): Promise<Problem | undefined> {
  const app = await context.azure.arm.get(
    resourceId(context, 'Microsoft.App/containerApps', service.name),
    CONTAINER_APPS_VERSION,
  );
  if (!app) return { text: 'the app is not there', isUnhealthy: true };
  const latest = jsonAt(app, 'properties.latestRevisionName');
  const ready = jsonAt(app, 'properties.latestReadyRevisionName');
  if (typeof latest !== 'string' || latest === '') return { text: 'it has no revision', isUnhealthy: false };
  const { subscription, group } = placeOf(context);
  const revision = await context.azure.apps.revision(subscription, group, service.name, latest);
  if (!revision) return { text: `the revision ${latest} is not there yet`, isUnhealthy: false };
  const state = stateOf(revision);
  const isUnhealthy = revision.healthState === 'Unhealthy' || ['Failed', 'Degraded'].includes(revision.runningState);
  if (isUnhealthy) return { text: state, isUnhealthy, revision: latest };
  // Scaled to nothing there is no replica to judge.
  const isIdle = service.minReplicas === 0 && revision.replicas === 0;
  if (revision.healthState !== 'Healthy' && !isIdle) return { text: state, isUnhealthy: false, revision: latest };
  if (ready !== latest && !isIdle)
    return { text: `the ready revision is ${String(ready)}, not ${latest}`, isUnhealthy: false, revision: latest };
  if (service.minReplicas > 0 && revision.replicas === 0)
    return { text: `${latest} has no replica`, isUnhealthy: false, revision: latest };
  return undefined;
}

function stateOf({ name, healthState, runningState, provisioningState }: RevisionView): string {
  return `revision ${name} is ${healthState}, ${runningState}, ${provisioningState}`;
}

async function probeProblem(context: StepContext, service: ServiceConfig): Promise<Problem | undefined> {
  if (service.ingress !== 'external' || service.healthPath === undefined) return undefined;
  const url = `${addressOf(context, service)}${service.healthPath}`;
  const result = await context.azure.probe.get(url);
  if (result.kind === 'unreachable') return { text: `${url} cannot be reached: ${result.message}`, isUnhealthy: false };
  const isWell = result.status >= 200 && result.status < 300;
  return isWell ? undefined : { text: `${url} answers ${result.status}`, isUnhealthy: false };
}

async function replicaDetails(
  context: StepContext,
  service: ServiceConfig,
  revision: string | undefined,
): Promise<string> {
  if (revision === undefined) return '';
  const { subscription, group } = placeOf(context);
  try {
    const replicas = await context.azure.apps.replicas(subscription, group, service.name, revision);
    const lines = replicas.map(({ name, runningState, runningStateDetails, containers }) => {
      const restarts = containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
      return `\n  ${name}: ${runningState}${runningStateDetails ? `, ${runningStateDetails}` : ''}, ${restarts} restarts`;
    });
    return lines.join('');
  } catch (error) {
    // Details explain the failure; that they cannot be had must not hide it.
    return `\n  its replicas could not be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function addresses(context: StepContext): Record<string, string> {
  const external = context.config.services.application.filter(({ ingress }) => ingress === 'external');
  const outputs = Object.fromEntries(
    external.map((service) => [`address.${service.key}`, addressOf(context, service)]),
  );
  const { swaggerEnabled, swaggerPath } = context.config.networking;
  const gateway = outputs['address.api_gateway'] ?? Object.values(outputs)[0];
  return { ...outputs, ...(swaggerEnabled && gateway !== undefined && { swagger: `${gateway}/${swaggerPath}` }) };
}

function addressOf({ outputs }: StepContext, service: ServiceConfig): string {
  return `https://${hostOf(service, outputs.read('create_container_apps_env', 'defaultDomain'))}`;
}

function placeOf({ outputs, config }: StepContext): { subscription: string; group: string } {
  return { subscription: outputs.read('check_prerequisites', 'subscriptionId'), group: config.azure.resourceGroup };
}

/** All that is not healthy in one error, so that one run tells everything. */
function combined(failures: readonly unknown[]): unknown {
  const [first] = failures;
  if (failures.length === 1 || !failures.every((failure) => failure instanceof UserError)) return first;
  return new UserError(failures.map(({ message }) => message).join('\n'), {
    code: 'service_unhealthy',
    exitCode: ExitCode.failed,
    hint: 'Look at the logs of these services, their health paths and their ports.',
  });
}
