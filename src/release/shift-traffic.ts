import type { ArmResource } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import { resourceId } from '../domain/ids.ts';
import { stepLeaving } from '../domain/outputs.ts';
import {
  busyOrThrow,
  followOperation,
  type OperationKey,
  startOperation,
  stillBusy,
  whileOthersWrite,
} from '../engine/operation.ts';
import { provisioning } from '../engine/provisioning.ts';
import type { StepContext } from '../engine/step.ts';
import { type NotReady, notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import {
  namesRevisions,
  type Shares,
  sameShares,
  sharesOf,
  sharesText,
  trafficEntries,
} from '../resources/app/traffic.ts';
import { CONTAINER_APP } from '../resources/container-app.ts';
import { UserError } from '../shared/errors.ts';
import { resourceGroupOf } from './revisions.ts';

const TIMEOUT_IN_SECONDS = 900;
/** A change that Azure has carried out shows within this. */
const SHOWS_WITHIN_IN_SECONDS = 120;

export async function liveApp(context: StepContext, service: ServiceConfig): Promise<ArmResource | undefined> {
  return await context.azure.arm.get(appId(context, service), CONTAINER_APP.apiVersion);
}

function appId(context: StepContext, { name }: ServiceConfig): string {
  return resourceId(context, CONTAINER_APP.type, name);
}

/**
 * Gives an app's traffic to these revisions. Called again until it is so; looks first, so that it can be repeated at any
 * point. Traffic belongs to the app, not to its template, so a PATCH of it makes no revision
 * (https://learn.microsoft.com/azure/container-apps/revisions, application-scope changes).
 */
export async function shiftTraffic(
  context: StepContext,
  service: ServiceConfig,
  shares: Shares,
): Promise<Waiting | undefined> {
  const key: OperationKey = {
    key: `traffic:${service.key}`,
    title: `the traffic of ${service.name}`,
    timeoutInSeconds: TIMEOUT_IN_SECONDS,
  };
  return await whileOthersWrite<Waiting | undefined>(context, key, () => moveShares(context, service, shares, key));
}

async function moveShares(
  context: StepContext,
  service: ServiceConfig,
  shares: Shares,
  key: OperationKey,
): Promise<Waiting | undefined | NotReady<never>> {
  const ended = await followOperation(context, key);
  if (ended && isWaiting(ended)) return ended;
  const app = await liveApp(context, service);
  if (!app) throw gone(service);
  if (provisioning({ kind: CONTAINER_APP }, app) === 'busy') return stillBusy(context, key);
  // Written and ended, and not to be seen yet: it is not written again and again for ever.
  const missing = await untilReady<undefined>(context, `traffic-shows:${service.key}`, async () => {
    if (sameShares(sharesOf(app), shares) && namesRevisions(app)) return undefined;
    return notReady<undefined>({
      on: key.title,
      limitInSeconds: SHOWS_WITHIN_IN_SECONDS,
      whenOver: () => {
        throw stuck(service, shares);
      },
    });
  });
  if (!missing) return undefined;
  const moved = { service: service.key, shares: { ...shares } };
  context.progress(`${service.name}: traffic to ${sharesText(shares)}`, moved);
  const body = { properties: { configuration: { ingress: { traffic: trafficEntries(app, shares) } } } };
  try {
    const started = await startOperation(context, key, () =>
      context.azure.arm.patch(appId(context, service), CONTAINER_APP.apiVersion, body),
    );
    return isWaiting(started) ? started : { kind: 'waiting', retryAfterInSeconds: 0, on: key.title };
  } catch (error) {
    return busyOrThrow(context, key, error);
  }
}

/** Starts or stops the replicas of a revision. */
export async function switchRevision(
  context: StepContext,
  service: ServiceConfig,
  revision: string,
  action: 'activate' | 'deactivate',
): Promise<Waiting | undefined> {
  const { subscription, group } = resourceGroupOf(context);
  const key = { key: `${action}:${revision}`, title: `revision ${revision}`, timeoutInSeconds: TIMEOUT_IN_SECONDS };
  return await whileOthersWrite<undefined>(context, key, async () => {
    try {
      await context.azure.apps[action](subscription, group, service.name, revision);
      return undefined;
    } catch (error) {
      return busyOrThrow(context, key, error);
    }
  });
}

function gone({ name }: ServiceConfig): UserError {
  return new UserError(`${name} is not there.`, {
    code: 'app_missing',
    hint: `Make it again with: --force-step ${stepLeaving('app')}`,
  });
}

function stuck({ name }: ServiceConfig, shares: Shares): UserError {
  return new UserError(`Azure does not give the traffic of ${name} to ${sharesText(shares)}.`, {
    code: 'traffic_not_moved',
    hint: 'Look at the revisions of the app in the portal, and start the deployment again.',
  });
}
