import type { ServiceConfig } from '../domain/config/model.ts';
import { jobsOf } from '../domain/config/workloads.ts';
import type { DesireInput } from '../domain/desired.ts';
import { inOrder } from '../engine/in-order.ts';
import { restoreImages } from '../engine/rollback.ts';
import type { Step, StepContext } from '../engine/step.ts';
import { isWaiting, untilAll } from '../engine/waiting/waiting.ts';
import { appOutputs } from '../release/app-outputs.ts';
import { convergeApp, convergeApps } from '../release/converge-app.ts';
import { type Released, release } from '../release/release.ts';
import { containerApp, isSideBySide } from '../resources/container-app.ts';
import { configuredJob } from '../resources/job.ts';

/**
 * Step 11: the application services and jobs at their image digests, variables and all; an unchanged one is not written. A new
 * revision gets no traffic here, unless it is the first of its app; consumers are replaced.
 */
export const deployApplicationServices: Step = {
  name: 'deploy_application_services',
  desire: (input) => [
    ...input.config.services.application.map((service) => containerApp(input, service)),
    ...jobs(input),
  ],
  // The next deployment builds nothing twice, and sees that other sources are deployed now.
  beginRollback: restoreImages,

  async run(context) {
    const { application } = context.config.services;
    // Observe, ensure, sync, check: all apps at once, but for those that depend on others; Azure says when it wants one write at a
    // time. Every one is followed to its answer before a failure is thrown, so that what has started is recorded.
    const results = await inOrder(application, (service) => deploy(context, service));
    const waits = results.filter(isWaiting);
    if (waits.length > 0) return untilAll(waits);
    // Then the jobs, whose first execution may ask a service.
    const written = await convergeApps(context, jobs(context));
    if (isWaiting(written)) return written;
    const deployed = results.flatMap((result) => (result?.kind === 'ready' ? [result] : []));
    for (const [index, service] of application.entries()) {
      const result = deployed[index];
      context.progress(`${service.name}: ${result?.changed ? 'new revision' : 'unchanged'} (${result?.revision})`);
    }
    return {
      kind: 'completed',
      outputs: appOutputs(
        application,
        deployed.map(({ live, revision }) => ({ live, revision })),
      ),
    };
  },
};

function jobs(input: DesireInput) {
  return jobsOf(input.config).map((job) => configuredJob(input, job));
}

async function deploy(context: StepContext, service: ServiceConfig): Promise<Released> {
  const app = containerApp(context, service);
  if (isSideBySide(service))
    return await release(context, service, app, { preferred: context.rollback?.revisions?.[service.key] });
  const result = await convergeApp(context, app);
  return isWaiting(result) ? result : { ...result, revision: '' };
}
