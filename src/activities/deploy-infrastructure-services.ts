import type { DesireInput } from '../domain/desired.ts';
import { convergeAll } from '../engine/converge.ts';
import type { Step } from '../engine/step.ts';
import { isWaiting, untilAll } from '../engine/waiting/waiting.ts';
import { appOutputs } from '../release/app-outputs.ts';
import { convergeApp } from '../release/converge-app.ts';
import { inOrder } from '../release/in-order.ts';
import { containerApp } from '../resources/container-app.ts';
import { environmentStorages } from '../resources/storage/environment-storage.ts';

/** Step 10: the shares as apps mount them; RabbitMQ, Qdrant, and whatever else comes as a prebuilt image, each replaced in one go. */
export const deployInfrastructureServices: Step = {
  name: 'deploy_infrastructure_services',
  desire: desired,

  async run(context) {
    const { infrastructure } = context.config.services;
    // Observe, ensure, sync, check: what apps mount is there before them, those of later steps as well.
    const mounts = await convergeAll(context, environmentStorages(context));
    if (isWaiting(mounts)) return mounts;
    // Observe, ensure, sync, check: all apps at once, but for those that depend on others.
    const results = await inOrder(infrastructure, (service) => convergeApp(context, containerApp(context, service)));
    const waits = results.filter(isWaiting);
    if (waits.length > 0) return untilAll(waits);
    const ready = results.flatMap((result) => (result?.kind === 'ready' ? [{ live: result.live }] : []));
    return { kind: 'completed', outputs: appOutputs(infrastructure, ready) };
  },
};

function desired(input: DesireInput) {
  const apps = input.config.services.infrastructure.map((service) => containerApp(input, service));
  return [...environmentStorages(input), ...apps];
}
