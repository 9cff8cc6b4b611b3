import type { RevisionView } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import { operationKind } from '../domain/durations/durations.ts';
import type { StepContext } from '../engine/step.ts';
import { type NotReady, notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { latestReadyRevision, latestRevision } from '../resources/app/traffic.ts';
import { UserError } from '../shared/errors.ts';
import { jsonAt } from '../shared/json.ts';
import { applicationLog } from './application-log.ts';
import type { HealthProblem } from './health-problem.ts';
import { appAddress, resourceGroupOf, revisionAddress } from './revisions.ts';
import { liveApp } from './shift-traffic.ts';
import { smokeProblem } from './smoke.ts';

/** A revision that Azure calls unhealthy is given this long to come round. */
const UNHEALTHY_FOR_IN_SECONDS = 30;
const LOG_LINES = 10;

/** What is looked at of one service. */
export interface Subject {
  readonly service: ServiceConfig;
  /** The revision that is judged; undefined: whichever is the latest. */
  readonly revision: string | undefined;
  /** That revision, where it has just been read. */
  readonly found?: RevisionView;
  /** Its traffic is on that revision: the app's own address counts as well. */
  readonly serves: boolean;
}

/**
 * Looks once at a service.
 * @returns nothing to wait for when it is well
 * @throws UserError `service_unhealthy` when it was not well for too long, with what its replicas and logs say
 */
export async function checkHealth(context: StepContext, subject: Subject): Promise<Waiting | undefined> {
  const { service } = subject;
  const problem =
    (await revisionProblem(context, subject)) ??
    (await addressProblem(context, subject)) ??
    (await smokeProblem(context, service, subject.revision));
  if (problem && isWaiting(problem)) return problem;
  const { healthTimeoutInSeconds } = context.config.release;
  // What Azure has given up on has its own, shorter time, which begins anew when it comes round.
  const unhealthy = await untilReady<undefined>(context, `unhealthy:${service.key}`, async () =>
    problem?.isUnhealthy
      ? unwell(context, service, problem, Math.min(UNHEALTHY_FOR_IN_SECONDS, healthTimeoutInSeconds))
      : undefined,
  );
  const of = operationKind('healthy', context.config.azure.location, service.key);
  const waiting = await untilReady<undefined>(context, `healthy:${service.key}`, async () =>
    problem ? { ...unwell(context, service, problem, healthTimeoutInSeconds), of } : undefined,
  );
  return unhealthy ?? waiting;
}

function unwell(
  context: StepContext,
  service: ServiceConfig,
  { text, revision }: HealthProblem,
  limitInSeconds: number,
): NotReady<never> {
  return notReady<never>({
    on: `${service.name} to be healthy (${text})`,
    limitInSeconds,
    async whenOver() {
      const details = revision === undefined ? '' : await revisionDetails(context, service, revision);
      throw new UserError(`${service.name} is not healthy: ${text}.${details}`, {
        code: 'service_unhealthy',
        hint: `Look at the logs of ${service.name}, its health path and its port (services.${service.key}).`,
      });
    },
  });
}

async function revisionProblem(
  context: StepContext,
  { service, revision: name, found }: Subject,
): Promise<HealthProblem | undefined> {
  if (name === undefined) return await newestProblem(context, service);
  // Its app need not be asked for: it is there where its revision is.
  const revision = found ?? (await revisionNamed(context, service, name));
  if (revision) return stateProblem(service, revision);
  return (await liveApp(context, service)) ? problem(`the revision ${name} is not there yet`) : noApp();
}

async function newestProblem(context: StepContext, service: ServiceConfig): Promise<HealthProblem | undefined> {
  const app = await liveApp(context, service);
  if (!app) return noApp();
  const name = latestRevision(app);
  if (name === undefined) return problem('it has no revision');
  const revision = await revisionNamed(context, service, name);
  if (!revision) return problem(`the revision ${name} is not there yet`);
  const wrong = stateProblem(service, revision);
  const ready = latestReadyRevision(app);
  if (wrong || ready === name || isIdle(service, revision)) return wrong;
  return problem(`the ready revision is ${ready ?? '(none)'}, not ${name}`, { revision: name });
}

async function revisionNamed(
  context: StepContext,
  service: ServiceConfig,
  name: string,
): Promise<RevisionView | undefined> {
  const { subscription, group } = resourceGroupOf(context);
  return await context.azure.apps.revision(subscription, group, service.name, name);
}

function noApp(): HealthProblem {
  return problem('the app is not there', { isUnhealthy: true });
}

/** What the revision itself says. */
function stateProblem(service: ServiceConfig, revision: RevisionView): HealthProblem | undefined {
  const { name } = revision;
  if (isGivenUp(revision)) return problem(stateOf(revision), { isUnhealthy: true, revision: name });
  if (isIdle(service, revision)) return undefined;
  if (revision.healthState !== 'Healthy') return problem(stateOf(revision), { revision: name });
  const isEmpty = leastReplicas(service, revision) > 0 && revision.replicas === 0;
  return isEmpty ? problem(`${name} has no replica`, { revision: name }) : undefined;
}

/** Scaled to nothing there is no replica to judge; a request to its own address starts one. */
function isIdle(service: ServiceConfig, revision: RevisionView): boolean {
  return (
    leastReplicas(service, revision) === 0 && revision.replicas === 0 && revision.provisioningState !== 'Provisioning'
  );
}

/** What the revision was made with: a key that the file has no more leaves the least number of replicas as it was. */
function leastReplicas({ minReplicas }: ServiceConfig, { template }: RevisionView): number {
  const live = jsonAt(template, 'scale.minReplicas');
  return typeof live === 'number' ? live : minReplicas;
}

/** States as https://learn.microsoft.com/azure/container-apps/revisions names them; some have a failed form of their own. */
function isGivenUp({ healthState, runningState, provisioningState }: RevisionView): boolean {
  return healthState === 'Unhealthy' || /failed|degraded/i.test(runningState) || /failed/i.test(provisioningState);
}

function problem(text: string, rest: { isUnhealthy?: boolean; revision?: string } = {}): HealthProblem {
  return { kind: 'problem', text, isUnhealthy: false, ...rest };
}

function stateOf({ name, healthState, runningState, provisioningState }: RevisionView): string {
  return `revision ${name} is ${healthState}, ${runningState}, ${provisioningState}`;
}

/** External services answer their health path, at the revision's own address and, once it serves, at the app's. */
async function addressProblem(
  context: StepContext,
  { service, revision, serves }: Subject,
): Promise<HealthProblem | undefined> {
  if (service.ingress !== 'external' || service.healthPath === undefined) return undefined;
  const addresses = [
    ...(revision === undefined ? [] : [revisionAddress(context, service, revision)]),
    ...(serves || revision === undefined ? [appAddress(context, service)] : []),
  ];
  for (const address of addresses) {
    const url = `${address}${service.healthPath}`;
    const result = await context.azure.probe.get(url);
    const named = revision === undefined ? {} : { revision };
    if (result.kind === 'unreachable') return problem(`${url} cannot be reached: ${result.message}`, named);
    if (result.status < 200 || result.status >= 300) return problem(`${url} answers ${result.status}`, named);
  }
  return undefined;
}

/** Explains a failure; that it cannot be had must not hide it. */
async function revisionDetails(context: StepContext, service: ServiceConfig, revision: string): Promise<string> {
  const { subscription, group } = resourceGroupOf(context);
  const { apps } = context.azure;
  const replicas = apps.replicas(subscription, group, service.name, revision).then(
    (found) =>
      found.map(({ name, runningState, runningStateDetails, containers }) => {
        const restarts = containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
        return `${name}: ${runningState}${runningStateDetails ? `, ${runningStateDetails}` : ''}, ${restarts} restarts`;
      }),
    (error: unknown) => [`its replicas could not be read: ${error instanceof Error ? error.message : String(error)}`],
  );
  const logs = await apps.revisionLogs(subscription, group, service.name, revision);
  const console = await applicationLog(context, async () => logs.console);
  const part = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\n  ${title}:${lines.map((line) => `\n    ${line}`).join('')}`;
  return [
    (await replicas).map((line) => `\n  ${line}`).join(''),
    part('the platform said', logs.system.slice(-LOG_LINES)),
    part('its console ends', console.slice(-LOG_LINES)),
  ].join('');
}
