import { z } from 'zod';
import type { ArmResource } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { overlay, withoutPaths } from '../domain/merge.ts';
import { applyChanges } from '../domain/ownership/apply-changes.ts';
import type { Repairs } from '../domain/ownership/decide-fields.ts';
import { isWithin, plainPath } from '../domain/ownership/field-path.ts';
import { ownershipBefore, writeOperation } from '../engine/converge.ts';
import { followOperation, stillBusy, whileOthersWrite } from '../engine/operation.ts';
import { decide } from '../engine/ownership/owned-fields.ts';
import { provisioning } from '../engine/provisioning.ts';
import { defineRecords } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import type { NotReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { type ReleaseTarget, releaseTarget, revisionSuffix, templateOf } from '../resources/app/revision.ts';
import { namesRevisions, sharesOf, trafficEntries } from '../resources/app/traffic.ts';
import { hashJson, isJsonObject, type JsonObject, jsonAt } from '../shared/json.ts';
import { convergeApp, withWhatIsThere } from './converge-app.ts';
import { revisionsOf } from './revisions.ts';

const TEMPLATE = 'properties.template';
const SUFFIX = `${TEMPLATE}.revisionSuffix`;

/** What one run means to release of one app; written before the request, so that a crash does not make two of it. */
const intents = defineRecords({
  name: 'release',
  scope: 'run',
  schema: z.object({
    /** Of what is desired: another desire is another release. */
    hash: z.string(),
    target: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('existing'), revision: z.string() }),
      z.object({ kind: z.literal('made'), suffix: z.string() }),
    ]),
    /** Who has the traffic while the new revision is judged; names revisions only. */
    traffic: z.array(z.custom<JsonObject>(isJsonObject)),
  }),
});
type Intent = z.infer<typeof intents.schema>;

/** How many revisions of an app this run has named. */
const revisionCounts = defineRecords({ name: 'revisions', scope: 'run', schema: z.number() });

export type Released =
  | { readonly kind: 'ready'; readonly live: ArmResource; readonly revision: string; readonly changed: boolean }
  | Waiting;

interface ReleaseOptions {
  /** A revision to go back to, where it still is as desired. */
  readonly preferred?: string | undefined;
  /** As of `converge`. */
  readonly repairs?: Repairs | undefined;
}

/**
 * Sees to it that an app has a revision as desired, without traffic of its own unless it had it before. The first revision
 * of an app gets all of it from the start: the weights must add up to 100 and there is no other to give them to. It is named
 * in the request that makes it, as in https://learn.microsoft.com/azure/container-apps/blue-green-deployment.
 *
 * @throws AzureError, UserError as `converge`; the next attempt then has a name of its own
 */
export async function release(
  context: StepContext,
  service: ServiceConfig,
  desired: DesiredResource,
  { preferred, repairs }: ReleaseOptions = {},
): Promise<Released> {
  const intent = await intentOf(context, service, desired, { preferred, repairs });
  const options = repairs === undefined ? {} : { repairs };
  if ('on' in intent) return intent;
  try {
    const { target, traffic } = intent;
    if (target.kind === 'made') {
      const result = await convergeApp(context, withRevision(desired, target.suffix, traffic), options);
      return isWaiting(result) ? result : { ...result, revision: `${service.name}--${target.suffix}` };
    }
    const result = await convergeApp(context, configurationOnly(desired, traffic), options);
    return isWaiting(result) ? result : { ...result, revision: target.revision };
  } catch (error) {
    await context.memory.delete(intents, desired.key);
    throw error;
  }
}

async function intentOf(
  context: StepContext,
  service: ServiceConfig,
  desired: DesiredResource,
  options: ReleaseOptions,
): Promise<Intent | Waiting> {
  const hash = hashJson(desired.body);
  const known = context.memory.read(intents, desired.key);
  if (known?.hash === hash) return known;
  return await whileOthersWrite<Intent | Waiting>(context, writeOperation(desired), () =>
    makeIntent(context, service, desired, { hash, ...options }),
  );
}

async function makeIntent(
  context: StepContext,
  service: ServiceConfig,
  desired: DesiredResource,
  { hash, preferred, repairs }: ReleaseOptions & { readonly hash: string },
): Promise<Intent | Waiting | NotReady<never>> {
  // What an earlier run left in progress comes first: it may be the revision we want.
  const ended = await followOperation(context, writeOperation(desired));
  if (ended && isWaiting(ended)) return ended;
  const app = await context.azure.arm.get(desired.id, desired.kind.apiVersion);
  if (app && provisioning(desired, app) === 'busy') return stillBusy(context, writeOperation(desired));
  const wanted = app ? await withWhatIsThere(context, desired, { live: app }) : desired;
  const revisions = app ? await revisionsOf(context, service) : [];
  const target =
    app && revisions.length > 0
      ? releaseTarget({ ...merged(context, wanted, app, repairs), app, revisions, preferred })
      : ({ kind: 'new' } as const);
  const named = await nameTarget(context, desired, target);
  const shares = app && jsonAt(app, 'properties.configuration.ingress') ? sharesOf(app) : {};
  const isThere = (name: string): boolean => revisions.some((one) => one.name === name);
  const kept = Object.keys(shares).length > 0 && Object.keys(shares).every(isThere);
  const first = named.kind === 'existing' ? {} : { [`${service.name}--${named.suffix}`]: 100 };
  const intent: Intent = {
    hash,
    target: named,
    // Named traffic is left to verification; what follows the latest revision is pinned to the one that serves.
    traffic: target.kind === 'existing' && namesRevisions(app) ? [] : trafficEntries(app, kept ? shares : first),
  };
  await context.memory.write(intents, intent, desired.key);
  return intent;
}

/** The template as it will be: what is live, with what is ours in it. */
function merged(
  context: StepContext,
  desired: DesiredResource,
  app: ArmResource,
  repairs: Repairs | undefined,
): Pick<Parameters<typeof releaseTarget>[0], 'desired' | 'template' | 'isChanged' | 'withdrawn'> {
  const { changes } = decide(context, desired, ownershipBefore(context, desired), app, repairs);
  return {
    desired: templateOf(desired.body),
    template: templateOf(withoutPaths(applyChanges(app, changes), [SUFFIX])),
    isChanged: changes.some(({ path }) => isWithin(plainPath(path), [TEMPLATE])),
    withdrawn: (desired.kind.withdrawn ?? []).flatMap((path) =>
      path.startsWith(`${TEMPLATE}.`) ? [path.slice(TEMPLATE.length + 1)] : [],
    ),
  };
}

/** A new revision gets a name before it is asked for. */
async function nameTarget(
  context: StepContext,
  { key }: DesiredResource,
  target: ReleaseTarget,
): Promise<Intent['target']> {
  if (target.kind === 'existing') return target;
  const count = (context.memory.read(revisionCounts, key) ?? 0) + 1;
  await context.memory.write(revisionCounts, count, key);
  return { kind: 'made', suffix: revisionSuffix(context.runId, count) };
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

/** Everything but the template: that makes no revision. */
function configurationOnly(desired: DesiredResource, traffic: JsonObject[]): DesiredResource {
  const body = withoutPaths(desired.body, [TEMPLATE]);
  const pinned: JsonObject = { properties: { configuration: { ingress: { traffic } } } };
  return {
    ...desired,
    body: traffic.length > 0 ? overlay(body, pinned) : body,
  };
}
