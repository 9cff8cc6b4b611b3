import type { ServiceConfig } from '../domain/config/model.ts';
import { servicesWithDomains } from '../domain/config/service/domain-validation.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { recordedOutput } from '../domain/outputs.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { convergeAll } from '../engine/converge.ts';
import { leavingWhatOthersNeed } from '../engine/dependents.ts';
import { liveResource } from '../engine/live-resource.ts';
import { lateFieldsOf } from '../engine/ownership/late-fields.ts';
import { settleAll } from '../engine/settle.ts';
import type { FactSources, Facts, Step, StepContext, StepResult } from '../engine/step.ts';
import { withPatience } from '../engine/waiting/patience.ts';
import type { Waiting } from '../engine/waiting/waiting.ts';
import { bindDomains, type NamedApp } from '../release/domains/bind-domains.ts';
import { removeDangers, removeUnwanted } from '../release/remove-dangers.ts';
import { appAddress } from '../release/revisions.ts';
import { advance, openRollout, type Rollout } from '../release/rollout.ts';
import { beginReturn, rollBack, rolloutPatience } from '../release/take-back.ts';
import { internalSmoke } from '../resources/app/smoke.ts';
import { containerApp } from '../resources/container-app.ts';
import { containerRegistry } from '../resources/container-registry.ts';
import { dnsRecords } from '../resources/dns-record.ts';
import { smokeJob } from '../resources/job.ts';
import { managedCertificates } from '../resources/managed-certificate.ts';
import { UserError } from '../shared/errors.ts';

/**
 * Step 14: every app has a healthy revision, and external ones answer their health paths. Then new revisions get the
 * traffic; when one of them is not well, all of the run go back.
 */
export const verifyDeployment: Step = {
  name: 'verify_deployment',
  desire: (input) => [
    ...input.config.services.application
      .filter((service) => internalSmoke(service).length > 0)
      .map((service) => smokeJob(input, service)),
    ...dnsRecords(input),
    ...managedCertificates(input),
  ],
  // What old revisions still needed as it was: nobody does any more. And names, which a release does not wait for.
  finishes: (input) => [...formerNeeds(input), ...namedApps(input).map(({ app }) => app)],
  facts: executions,
  // Steps are done again under it when the storage has lost what they did.
  lateFacts: executions,
  troubles: unhealthyAddresses,

  async run(context) {
    const rollout = await openRollout(context);
    if (rollout.phase === 'return') return await rollBack(context, rollout);
    const outcome = await withPatience(context, rolloutPatience(context.config), () =>
      advanceOrTellAll(context, rollout),
    );
    if (outcome.kind === 'answered') return outcome.answer ?? (await finish(context));
    const { verdict, failure, error } = outcome;
    if (failure.kind === 'lock_lost') throw error;
    if (verdict.kind !== 'end') return { kind: 'waiting', retryAfterInSeconds: verdict.seconds, on: verdict.message };
    // Where it got to is on disk; what is old stays when all traffic has been moved and looked at.
    const reached = await openRollout(context);
    if (reached.phase === 'retire') throw error;
    return await rollBack(context, await beginReturn(context, reached, verdict.report));
  },
};

function formerNeeds(input: DesireInput) {
  return hasSection(input.config, 'containerRegistry') ? [containerRegistry(input)] : [];
}

function namedApps(input: DesireInput): readonly NamedApp[] {
  return servicesWithDomains(input.config).map((service) => ({ service, app: containerApp(input, service) }));
}

/** What may go now: late fields as they should be, and what endangers the deployment. */
async function finish(context: StepContext): Promise<StepResult> {
  const late = await settleAll(
    formerNeeds(context).map(async (desired) => {
      const own = ofItsStep(context, lateFieldsOf(desired));
      const live = await liveResource(context.azure.arm, own);
      return live ? await leavingWhatOthersNeed(context, own, live) : own;
    }),
  );
  const settled = await convergeAll(context, late);
  if (settled.kind === 'waiting') return settled;
  const named = namedApps(context).map(({ service, app }) => ({ service, app: ofItsStep(context, app) }));
  return (
    (await removeDangers(context)) ??
    (await bindDomains(context, named)) ??
    (await removeUnwanted(context)) ?? { kind: 'completed', outputs: addresses(context) }
  );
}

/** It stays the resource of the step that made it. */
function ofItsStep<Desired extends DesiredResource>({ state }: StepContext, desired: Desired): Desired {
  const step = state.resources[desired.key]?.step;
  return { ...desired, ...(step !== undefined && { step }) };
}

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
  const answers = await settleAll(
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

async function advanceOrTellAll(context: StepContext, rollout: Rollout): Promise<Waiting | undefined> {
  try {
    return await advance(context, rollout);
  } catch (error) {
    throw error instanceof AggregateError ? combined(error.errors) : error;
  }
}

function addresses(context: StepContext): Record<string, string> {
  const { application, infrastructure } = context.config.services;
  const externalOf = (services: readonly ServiceConfig[]) =>
    services
      .filter(({ ingress }) => ingress === 'external')
      .map((service) => [`address.${service.key}`, appAddress(context, service)] as const);
  const built = externalOf(application);
  const outputs = Object.fromEntries([...built, ...externalOf(infrastructure)]);
  const { swaggerEnabled, swaggerPath } = context.config.networking;
  const [, gateway] = built.find(([name]) => name === 'address.api_gateway') ?? built[0] ?? [];
  const names = servicesWithDomains(context.config).flatMap(({ domains = [] }) =>
    domains.map(({ name }) => [`domain.${name}`, `https://${name}`]),
  );
  return {
    ...outputs,
    ...Object.fromEntries(names),
    ...(swaggerEnabled && gateway !== undefined && { swagger: `${gateway}/${swaggerPath}` }),
  };
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
