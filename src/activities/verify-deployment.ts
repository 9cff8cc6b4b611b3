import { recordedOutput } from '../domain/outputs.ts';
import type { FactSources, Facts, Step, StepContext } from '../engine/step.ts';
import { appAddress } from '../release/revisions.ts';
import { advance, openRollout } from '../release/rollout.ts';
import { beginReturn, endBusy, finalFailure, rollBack } from '../release/take-back.ts';
import { internalSmoke } from '../resources/app/smoke.ts';
import { smokeJob } from '../resources/job.ts';
import { UserError } from '../shared/errors.ts';

/**
 * Step 14: every app has a healthy revision, and external ones answer their health paths. Then new revisions get the
 * traffic; when one of them is not well, all of the run go back.
 */
export const verifyDeployment: Step = {
  name: 'verify_deployment',
  desire: (input) =>
    input.config.services.application
      .filter((service) => internalSmoke(service).length > 0)
      .map((service) => smokeJob(input, service)),
  facts: executions,
  troubles: unhealthyAddresses,

  async run(context) {
    const rollout = await openRollout(context);
    if (rollout.phase === 'return') return await rollBack(context, rollout);
    try {
      const waiting = await advance(context, rollout);
      await endBusy(context);
      return waiting ?? { kind: 'completed', outputs: addresses(context) };
    } catch (error) {
      const known = error instanceof AggregateError ? combined(error.errors) : error;
      const failure = await finalFailure(context, known);
      // Where it got to is on disk; what is old stays when all traffic has been moved and looked at.
      const { phase } = await openRollout(context);
      if (!failure || phase === 'retire') throw known;
      const returning = await beginReturn(context, await openRollout(context), failure);
      return await rollBack(context, returning);
    }
  },
};

/** Verification is due whenever any other step was executed since it last succeeded. */
async function executions({ state }: FactSources): Promise<Facts> {
  return Object.fromEntries(
    Object.entries(state.steps).flatMap(([name, step]) =>
      name === verifyDeployment.name || !step?.run_id ? [] : [[`executed:${name}`, `${step.run_id} ${step.timestamp}`]],
    ),
  );
}

/** External addresses of the last run that do not answer with 2xx now. */
async function unhealthyAddresses({ azure, config, state }: FactSources): Promise<readonly string[]> {
  const verified = state.steps[verifyDeployment.name];
  if (verified?.status !== 'completed') return [];
  const external = config.services.application.filter(
    ({ ingress, healthPath }) => ingress === 'external' && healthPath,
  );
  const answers = await Promise.all(
    external.map(async ({ key, healthPath = '/' }) => {
      const address = recordedOutput(state, 'address', key);
      if (!address) return [];
      const url = new URL(healthPath, address).href;
      const result = await azure.probe.get(url);
      if (result.kind === 'answered' && result.status >= 200 && result.status < 300) return [];
      return [
        `${url} ${result.kind === 'answered' ? `answers ${result.status}` : `does not answer (${result.message})`}`,
      ];
    }),
  );
  return answers.flat();
}

function addresses(context: StepContext): Record<string, string> {
  const external = context.config.services.application.filter(({ ingress }) => ingress === 'external');
  const outputs = Object.fromEntries(
    external.map((service) => [`address.${service.key}`, appAddress(context, service)]),
  );
  const { swaggerEnabled, swaggerPath } = context.config.networking;
  const gateway = outputs['address.api_gateway'] ?? Object.values(outputs)[0];
  return { ...outputs, ...(swaggerEnabled && gateway !== undefined && { swagger: `${gateway}/${swaggerPath}` }) };
}

/** All that is not healthy in one error, so that one run tells everything. */
function combined(failures: readonly unknown[]): unknown {
  const [first] = failures;
  if (!failures.every((failure) => failure instanceof UserError)) return first;
  return new UserError(failures.map(({ message }) => message).join('\n'), {
    code: 'service_unhealthy',
    hint: 'Look at the logs of these services, their health paths and their ports.',
  });
}
