import { containerApp } from '../domain/resources/container-app.ts';
import type { DesireInput } from '../domain/resources/desired.ts';
import { convergeAll } from './converge.ts';
import { appOutputs } from './deployed-apps.ts';
import type { Step } from './step.ts';

/** Step 11: the application services at their image digests, variables and all; an unchanged one is not written. */
export const deployApplicationServices: Step = {
  name: 'deploy_application_services',
  desire: desired,

  async run(context) {
    // Observe, ensure, sync, check: all apps at once; Azure says when it wants one write at a time.
    const result = await convergeAll(context, desired(context));
    if (result.kind === 'waiting') return result;
    const { application } = context.config.services;
    for (const [index, service] of application.entries()) {
      context.progress(`${service.name}: ${result.changed[index] ? 'new revision' : 'unchanged'}`);
    }
    return { kind: 'completed', outputs: appOutputs(application, result.live) };
  },
};

function desired(input: DesireInput) {
  return input.config.services.application.map((service) =>
    containerApp(input, service, 'deploy_application_services'),
  );
}
