import type { ArmResource } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { overlay, withoutPaths } from '../domain/merge.ts';
import { converge, writeOperation } from '../engine/converge.ts';
import { followOperation, waitForOthers } from '../engine/operation.ts';
import { provisioning } from '../engine/provisioning.ts';
import type { StepContext } from '../engine/step.ts';
import { isWaiting, type Waiting } from '../engine/waiting.ts';
import { type ReleaseTarget, releaseTarget, revisionSuffix, templateOf } from '../resources/app/revision.ts';
import { namesRevisions, sharesOf, trafficEntries } from '../resources/app/traffic.ts';
import { hashJson, type JsonObject, jsonAt } from '../shared/json.ts';
import { revisionsOf } from './revisions.ts';

const SUFFIX = 'properties.template.revisionSuffix';

/** What one run means to release of one app; written before the request, so that a crash does not make two of it. */
type Intent = {
  readonly runId: string;
  /** Of what is desired: another desire is another release. */
  readonly hash: string;
  readonly target: ReleaseTarget | { readonly kind: 'made'; readonly suffix: string };
  /** Who has the traffic while the new revision is judged; names revisions only. */
  readonly traffic: JsonObject[];
};

export type Released =
  | { readonly kind: 'ready'; readonly live: ArmResource; readonly revision: string; readonly changed: boolean }
  | Waiting;

/**
 * Sees to it that an app has a revision as desired, without traffic of its own unless it had it before. The first revision
 * of an app gets all of it from the start: the weights must add up to 100 and there is no other to give them to. It is named
 * in the request that makes it, as in https://learn.microsoft.com/azure/container-apps/blue-green-deployment.
 *
 * @param preferred a revision to go back to, where it still is as desired
 * @throws AzureError, UserError as `converge`; the next attempt then has a name of its own
 */
export async function release(
  context: StepContext,
  service: ServiceConfig,
  desired: DesiredResource,
  preferred?: string,
): Promise<Released> {
  const intent = await intentOf(context, service, desired, preferred);
  if ('on' in intent) return intent;
  try {
    const { target, traffic } = intent;
    if (target.kind === 'made') {
      const result = await converge(context, withRevision(desired, target.suffix, traffic));
      return isWaiting(result) ? result : { ...result, revision: `${service.name}--${target.suffix}` };
    }
    if (target.kind === 'new') throw new Error('a new revision has no name');
    const result = await converge(context, configurationOnly(desired, traffic));
    return isWaiting(result) ? result : { ...result, revision: target.revision };
  } catch (error) {
    await context.memory.delete(keyOf(desired));
    throw error;
  }
}

async function intentOf(
  context: StepContext,
  service: ServiceConfig,
  desired: DesiredResource,
  preferred: string | undefined,
): Promise<Intent | Waiting> {
  const hash = hashJson(desired.body);
  const known = context.memory.get<Intent>(keyOf(desired));
  if (known?.runId === context.runId && known.hash === hash) return known;
  // What an earlier run left in progress comes first: it may be the revision we want.
  const ended = await followOperation(context, writeOperation(desired));
  if (ended && isWaiting(ended)) return ended;
  const app = await context.azure.arm.get(desired.id, desired.kind.apiVersion);
  if (app && provisioning(desired, app) === 'busy') return await waitForOthers(context, writeOperation(desired));
  const revisions = app ? await revisionsOf(context, service) : [];
  const target =
    app && revisions.length > 0
      ? releaseTarget({ desired: desired.body, app, revisions, preferred })
      : ({ kind: 'new' } as const);
  const suffix = await nextSuffix(context, desired, target);
  const shares = app && jsonAt(app, 'properties.configuration.ingress') ? sharesOf(app) : {};
  const isThere = (name: string): boolean => revisions.some((one) => one.name === name);
  const kept = Object.keys(shares).length > 0 && Object.keys(shares).every(isThere);
  const first = suffix === undefined ? {} : { [`${service.name}--${suffix}`]: 100 };
  const intent: Intent = {
    runId: context.runId,
    hash,
    target: suffix === undefined ? target : { kind: 'made', suffix },
    // Named traffic is left to verification; what follows the latest revision is pinned to the one that serves.
    traffic: target.kind === 'existing' && namesRevisions(app) ? [] : trafficEntries(app, kept ? shares : first),
  };
  await context.memory.set(keyOf(desired), intent);
  return intent;
}

async function nextSuffix(
  context: StepContext,
  { key }: DesiredResource,
  target: ReleaseTarget,
): Promise<string | undefined> {
  if (target.kind === 'existing') return undefined;
  const counter = `revisions:${key}`;
  const attempt = (context.memory.get<number>(counter) ?? 0) + 1;
  await context.memory.set(counter, attempt);
  return revisionSuffix(context.runId, attempt);
}

function withRevision(desired: DesiredResource, suffix: string, traffic: JsonObject[]): DesiredResource {
  const named: JsonObject = {
    properties: {
      configuration: { ingress: { traffic } },
      template: { ...templateOf(desired.body), revisionSuffix: suffix },
    },
  };
  return { ...desired, body: overlay(desired.body, named) };
}

/** Everything but the template, which is sent back as it is, suffix and all: that makes no revision. */
function configurationOnly(desired: DesiredResource, traffic: JsonObject[]): DesiredResource {
  const body = withoutPaths(desired.body, ['properties.template']);
  const pinned: JsonObject = { properties: { configuration: { ingress: { traffic } } } };
  return {
    ...desired,
    body: traffic.length > 0 ? overlay(body, pinned) : body,
    kind: { ...desired.kind, readOnly: (desired.kind.readOnly ?? []).filter((path) => path !== SUFFIX) },
  };
}

function keyOf({ key }: DesiredResource): string {
  return `release:${key}`;
}
