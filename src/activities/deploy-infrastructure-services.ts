import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesireInput } from '../domain/desired.ts';
import { outputAt, symbolicOutputs } from '../domain/outputs.ts';
import { convergeAll } from '../engine/converge.ts';
import { convergeGeneric, withOwn } from '../engine/generic/converge-generic.ts';
import { packageFacts } from '../engine/generic/publish-package.ts';
import { inOrder } from '../engine/in-order.ts';
import type { Step, StepContext } from '../engine/step.ts';
import { isWaiting, untilAll } from '../engine/waiting/waiting.ts';
import { appOutputs } from '../release/app-outputs.ts';
import { convergeApp } from '../release/converge-app.ts';
import { containerApp } from '../resources/container-app.ts';
import { environmentStorages } from '../resources/storage/environment-storage.ts';
import { genericResources } from '../resources/templates/of-step.ts';
import { renewedTemplateOutputs } from '../resources/templates/renewed.ts';

const NAME = 'deploy_infrastructure_services';

/**
 * Step 10: the shares as apps mount them, and resources of any type that need the environment, a secret or what else is there by now;
 * then RabbitMQ, Qdrant, and whatever else comes as a prebuilt image, each replaced in one go.
 */
export const deployInfrastructureServices: Step = {
  name: NAME,
  desire: desired,
  facts: (sources) => packageFacts(sources, NAME),
  renews: ({ changed }, config) => renewedTemplateOutputs(config, NAME, changed),

  async headStart(context) {
    const early = servicesAhead(context);
    const results = await inOrder(early, (service) => convergeApp(context, containerApp(context, service)));
    const waits = results.filter(isWaiting);
    return waits.length > 0 ? untilAll(waits) : { kind: 'completed', outputs: {} };
  },

  async run(context) {
    const { infrastructure } = context.config.services;
    // Observe, ensure, sync, check: what apps mount is there before them, those of later steps as well.
    const mounts = await convergeAll(context, environmentStorages(context));
    if (isWaiting(mounts)) return mounts;
    // Services may read what a resource answers of itself, or need that it is there, as components of the environment are.
    const resources = await convergeGeneric(context, NAME);
    if (isWaiting(resources)) return resources;
    const found = new Map(Object.entries(resources.outputs));
    const knowing = { ...context, outputs: withOwn(context.outputs, NAME, found) };
    // Observe, ensure, sync, check: all apps at once, but for those that depend on others.
    const results = await inOrder(infrastructure, (service) => convergeApp(knowing, containerApp(knowing, service)));
    const waits = results.filter(isWaiting);
    if (waits.length > 0) return untilAll(waits);
    const ready = results.flatMap((result) => (result?.kind === 'ready' ? [{ live: result.live }] : []));
    return {
      kind: 'completed',
      outputs: { ...resources.outputs, ...appOutputs(infrastructure, ready) },
      ...(Object.keys(resources.metadata).length > 0 && { metadata: resources.metadata }),
    };
  },
};

function desired(input: DesireInput) {
  const apps = input.config.services.infrastructure.map((service) => containerApp(input, service));
  return [...environmentStorages(input), ...genericResources(input, NAME), ...apps];
}

/**
 * Services of which everything is known that they are made of, and everything there that they depend on. What they might mount, or need
 * without naming it, comes first.
 */
function servicesAhead(context: StepContext): readonly ServiceConfig[] {
  const { infrastructure } = context.config.services;
  const { reader: outputs } = symbolicOutputs();
  if (desired({ ...context, outputs }).length > infrastructure.length) return [];
  const left = new Set(infrastructure.filter((service) => isMissingOutputs(context, service)).map(({ key }) => key));
  const isHeldUp = ({ key, dependsOn }: ServiceConfig): boolean =>
    !left.has(key) && (dependsOn ?? []).some((one) => left.has(one));
  for (let held = infrastructure.find(isHeldUp); held; held = infrastructure.find(isHeldUp)) left.add(held.key);
  return infrastructure.filter(({ key }) => !left.has(key));
}

function isMissingOutputs(context: StepContext, service: ServiceConfig): boolean {
  const { reader: outputs, consumed } = symbolicOutputs();
  containerApp({ ...context, outputs }, service);
  return consumed().some((reference) => outputAt(context.state, reference) === undefined);
}
