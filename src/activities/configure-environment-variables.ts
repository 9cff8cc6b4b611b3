import type { ServiceConfig } from '../domain/config/model.ts';
import { differences } from '../domain/resources/compare.ts';
import { containerApp } from '../domain/resources/container-app.ts';
import type { DesiredResource, DesireInput } from '../domain/resources/desired.ts';
import { isJsonObject, type Json, jsonAt } from '../shared/json.ts';
import { converge } from './converge.ts';
import type { Step, StepContext } from './step.ts';
import { isWaiting, untilAll, type Waiting } from './waiting.ts';

/** Variables and the references that they read. */
const CONFIGURED = /\.env(\W|$)|configuration\.secrets/;

/**
 * Step 12: compares the variables and secret references of every live app with what is configured, and repairs what differs
 * through the writer of steps 10 and 11.
 */
export const configureEnvironmentVariables: Step = {
  name: 'configure_environment_variables',
  desire(input) {
    for (const { key } of input.config.services.application)
      input.outputs.read('deploy_application_services', `app.${key}`);
    for (const { key } of input.config.services.infrastructure)
      input.outputs.read('deploy_infrastructure_services', `app.${key}`);
    return apps(input).map(({ desired }) => desired);
  },

  async run(context) {
    const waits = (await Promise.all(apps(context).map((app) => repair(context, app)))).filter(
      (wait) => wait !== undefined,
    );
    return waits.length > 0 ? untilAll(waits) : { kind: 'completed', outputs: {} };
  },
};

interface App {
  readonly service: ServiceConfig;
  readonly desired: DesiredResource;
}

function apps(input: DesireInput): readonly App[] {
  const { application, infrastructure } = input.config.services;
  return [
    ...application.map((service) => ({
      service,
      desired: containerApp(input, service, 'deploy_application_services'),
    })),
    ...infrastructure.map((service) => ({
      service,
      desired: containerApp(input, service, 'deploy_infrastructure_services'),
    })),
  ];
}

async function repair(context: StepContext, { service, desired }: App): Promise<Waiting | undefined> {
  const repairing = `repairing:${service.key}`;
  if (context.memory.get<string>(repairing) !== context.runId) {
    // Observe.
    const live = await context.azure.arm.get(desired.id, desired.apiVersion);
    const changed = live ? differences(desired, live).filter(({ path }) => CONFIGURED.test(path)) : [];
    if (live && changed.length === 0) {
      context.progress(`${service.name}: ${countVariables(desired.body)} variables, all as configured`);
      return undefined;
    }
    await context.memory.set(repairing, context.runId);
    context.log(
      'warning',
      `${service.name}: changed outside of the deployment: ${changed.map(({ path }) => path).join(', ') || 'the app is gone'}`,
    );
  }
  // Ensure, sync, check.
  const result = await converge(context, desired);
  if (isWaiting(result)) return result;
  context.progress(`${service.name}: variables repaired`);
  return undefined;
}

function countVariables(body: Json): number {
  const containers = isJsonObject(body) ? jsonAt(body, 'properties.template.containers') : undefined;
  const [first] = Array.isArray(containers) ? containers : [];
  return isJsonObject(first) && Array.isArray(first.env) ? first.env.length : 0;
}
