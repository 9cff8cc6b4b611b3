import type { DesireInput } from '../domain/desired.ts';
import type { Step } from '../engine/step.ts';
import { appOutputs } from '../release/app-outputs.ts';
import { convergeApps } from '../release/converge-app.ts';
import { containerApp } from '../resources/container-app.ts';

/** Step 10: RabbitMQ, Qdrant, and whatever else comes as a prebuilt image, each replaced in one go. */
export const deployInfrastructureServices: Step = {
  name: 'deploy_infrastructure_services',
  desire: desired,

  async run(context) {
    // Observe, ensure, sync, check: all apps at once.
    const result = await convergeApps(context, desired(context));
    if (result.kind === 'waiting') return result;
    return {
      kind: 'completed',
      outputs: appOutputs(
        context.config.services.infrastructure,
        result.live.map((live) => ({ live })),
      ),
    };
  },
};

function desired(input: DesireInput) {
  return input.config.services.infrastructure.map((service) => containerApp(input, service));
}
