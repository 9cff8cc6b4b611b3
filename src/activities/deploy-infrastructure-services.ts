import type { DesireInput } from '../domain/desired.ts';
import { convergeAll } from '../engine/converge.ts';
import { convergeGeneric, withOwn } from '../engine/generic/converge-generic.ts';
import { packageFacts } from '../engine/generic/publish-package.ts';
import { inOrder } from '../engine/in-order.ts';
import type { Step } from '../engine/step.ts';
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
