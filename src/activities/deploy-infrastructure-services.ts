import type { DesireInput } from '../domain/desired.ts';
import { convergeGeneric, withOwn } from '../engine/generic/converge-generic.ts';
import { inOrder } from '../engine/in-order.ts';
import type { Step } from '../engine/step.ts';
import { isWaiting, untilAll } from '../engine/waiting/waiting.ts';
import { appOutputs } from '../release/app-outputs.ts';
import { convergeApp } from '../release/converge-app.ts';
import { containerApp } from '../resources/container-app.ts';
import { genericResources } from '../resources/generic-resource.ts';

const NAME = 'deploy_infrastructure_services';

/**
 * Step 10: resources of any type that need the environment, a secret or what else is there by now; then RabbitMQ, Qdrant, and whatever
 * else comes as a prebuilt image, each replaced in one go.
 */
export const deployInfrastructureServices: Step = {
  name: NAME,
  desire: desired,

  async run(context) {
    const { infrastructure } = context.config.services;
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
    return { kind: 'completed', outputs: { ...resources.outputs, ...appOutputs(infrastructure, ready) } };
  },
};

function desired(input: DesireInput) {
  return [
    ...genericResources(input, NAME),
    ...input.config.services.infrastructure.map((service) => containerApp(input, service)),
  ];
}
