import type { ArmResource } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesireInput, StepResource } from '../domain/desired.ts';
import { overlay, withoutPaths } from '../domain/merge.ts';
import { displayPath, isWithin, plainPath } from '../domain/ownership/field-path.ts';
import { ownershipBefore } from '../engine/converge.ts';
import { decide } from '../engine/ownership/owned-fields.ts';
import { defineRecords, doneSchema } from '../engine/record.ts';
import { settleAll } from '../engine/settle.ts';
import { desiredBy, type Step, type StepContext } from '../engine/step.ts';
import { isWaiting, untilAll, type Waiting } from '../engine/waiting/waiting.ts';
import { convergeApp, withWhatIsThere } from '../release/converge-app.ts';
import { release } from '../release/release.ts';
import { revisionsOf } from '../release/revisions.ts';
import { isSecretsMark } from '../resources/app/revision.ts';
import { isSideBySide } from '../resources/container-app.ts';
import type { RegisteredKind } from '../resources/registry.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../shared/json.ts';
import { deployApplicationServices } from './deploy-application-services.ts';
import { deployInfrastructureServices } from './deploy-infrastructure-services.ts';

/** This run has begun to repair an app. */
const repairs = defineRecords({ name: 'repairing', scope: 'run', schema: doneSchema });

/** Variables and the references that they read. */
const CONFIGURED = ['properties.template.containers.env', 'properties.configuration.secrets'];

/**
 * Step 12: compares the variables and secret references of every live app with what is configured, and repairs what differs
 * through the writer of steps 10 and 11. Tells the revision that is to serve: a repair may have made another one.
 */
export const configureEnvironmentVariables: Step = {
  name: 'configure_environment_variables',
  desire: (input) => apps(input).map(({ desired }) => desired),
  repairs: CONFIGURED,

  async run(context) {
    const all = apps(context);
    const results = await settleAll(all.map((app) => repair(context, app)));
    const waits = results.filter(isWaiting);
    if (waits.length > 0) return untilAll(waits);
    const revisions = results.flatMap((result, index) =>
      result.kind === 'ready' && result.revision !== ''
        ? [[`app.${all[index]?.service.key}`, result.revision] as const]
        : [],
    );
    return { kind: 'completed', outputs: Object.fromEntries(revisions) };
  },
};

interface App {
  readonly service: ServiceConfig;
  readonly desired: StepResource<RegisteredKind>;
}

/** The apps as the steps that make them want them. */
function apps(input: DesireInput): readonly App[] {
  const { application, infrastructure } = input.config.services;
  const wanted = [deployApplicationServices, deployInfrastructureServices].flatMap((step) => desiredBy(step, input));
  return [...application, ...infrastructure].map((service) => {
    const desired = wanted.find(({ key }) => key === `app:${service.key}`);
    if (!desired) throw new Error(`no step makes the app of ${service.key}`);
    return { service, desired };
  });
}

type Repaired = { readonly kind: 'ready'; readonly revision: string } | Waiting;

async function repair(context: StepContext, { service, desired }: App): Promise<Repaired> {
  const target = isSideBySide(service) ? context.outputs.read('app', service.key) : '';
  if (!context.memory.read(repairs, service.key)) {
    // Observe.
    const app = await context.azure.arm.get(desired.id, desired.kind.apiVersion);
    const live = app && (await servingBody(context, service, app, target));
    // The step that wrote the app in this run has decided what goes. Its new revision may have ended others since, so that nothing
    // reads a secret any more: that is the next run's business, whose plan says so.
    const takesAway = context.state.steps[desired.step]?.run_id !== context.runId;
    const wanted = app ? await withWhatIsThere(context, desired, { live: app, takesAway }) : desired;
    const changed = live ? changedVariables(context, wanted, live) : [];
    if (live && changed.length === 0) {
      context.progress(`${service.name}: ${countVariables(desired.body)} variables, all as configured`);
      return { kind: 'ready', revision: target };
    }
    await context.memory.write(repairs, true, service.key);
    context.log(
      'warning',
      `${service.name}: changed outside of the deployment: ${changed.join(', ') || 'the app is gone'}`,
    );
  }
  // Ensure, sync, check.
  const preferred = context.rollback?.revisions?.[service.key];
  const result = isSideBySide(service)
    ? await release(context, service, desired, { preferred, repairs: CONFIGURED })
    : { ...(await convergeApp(context, desired, { repairs: CONFIGURED })), revision: '' };
  if (isWaiting(result)) return result;
  context.progress(`${service.name}: variables repaired`);
  return { kind: 'ready', revision: result.revision };
}

/** The app, with the template of the revision that is to serve. */
async function servingBody(
  context: StepContext,
  service: ServiceConfig,
  app: ArmResource,
  target: string,
): Promise<JsonObject | undefined> {
  if (target === '') return app;
  const revision = (await revisionsOf(context, service)).find(({ name }) => name === target);
  return (
    revision && overlay(withoutPaths(app, ['properties.template']), { properties: { template: revision.template } })
  );
}

/** Those of ours that are not as configured; what others have added is none of them. */
function changedVariables(
  context: StepContext,
  desired: StepResource<RegisteredKind>,
  live: JsonObject,
): readonly string[] {
  const { changes } = decide(context, desired, ownershipBefore(context, desired), live, CONFIGURED);
  return changes.flatMap(({ path }) => {
    const isOfOldSecrets = context.rollback !== undefined && isSecretsMark(displayPath(path));
    // A revision that is gone back to keeps the mark of the secrets it was made with.
    return isWithin(plainPath(path), CONFIGURED) && !isOfOldSecrets ? [displayPath(path)] : [];
  });
}

function countVariables(body: Json): number {
  const containers = isJsonObject(body) ? jsonAt(body, 'properties.template.containers') : undefined;
  const [first] = Array.isArray(containers) ? containers : [];
  return isJsonObject(first) && Array.isArray(first.env) ? first.env.length : 0;
}
