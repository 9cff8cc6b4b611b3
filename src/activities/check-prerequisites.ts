import type { DeploymentConfig } from '../domain/config/model.ts';
import { namespaceOf } from '../domain/ids.ts';
import { symbolicOutputs } from '../domain/outputs.ts';
import { requireSamePlace } from '../domain/place.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { templateResources } from '../domain/templates/arm-template.ts';
import { settleAll } from '../engine/settle.ts';
import type { FactSources, Step, StepContext } from '../engine/step.ts';
import { sourceProblems } from '../images/source-problems.ts';
import { FIRST_STEP_CHECKS } from '../preflight/checks.ts';
import { deployingPrincipal } from '../preflight/deploying-principal.ts';
import { merged, type PreflightTarget } from '../preflight/findings.ts';
import { providersOf, registerProviders } from '../preflight/providers.ts';
import { resolveSubscription } from '../preflight/subscription.ts';
import { placeOutputs, preflightTarget } from '../preflight/target.ts';
import { UserError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

const NAME = 'check_prerequisites';

/**
 * Step 1: everything that can be known to go wrong, before anything is made.
 *
 * @param making the steps whose resources are looked at
 */
export const checkPrerequisites = (making: readonly Pick<Step, 'desire'>[]): Step => ({
  name: NAME,
  desire: () => [],
  // Whether Azure has them in these versions was asked of those that there were.
  derives: ({ config }) => typesOf(config),
  facts: deployingPrincipal,
  troubles: async (sources) => newProviders(sources, making),
  foretells: async ({ azure, subscriptionId }) => placeOutputs(subscriptionId, await azure.resources.principal()),

  async run(context) {
    // Observe: who deploys, and where to.
    const principal = await context.azure.resources.principal();
    const subscriptionId = await resolveSubscription(context.azure, context.config);
    requireSamePlace(context.state, { subscriptionId, resourceGroup: context.config.azure.resourceGroup });

    // Ensure, sync: the providers of what is wanted are registered.
    const target = preflightTarget(context, { subscriptionId, principal }, making);
    const registering = await registerProviders(context, subscriptionId, target.desired);
    if (registering) return registering;

    // Check: all problems at once.
    const problems = await findProblems(context, target);
    if (problems.length > 0) {
      throw new UserError(problems.join('\n'), {
        code: 'prerequisites_failed',
        hint: 'Nothing was created.',
      });
    }
    return {
      kind: 'completed',
      outputs: placeOutputs(subscriptionId, principal),
      metadata: { providers: [...providersOf(target.desired)] },
    };
  },
});

/** What was not wanted when it was looked last, so that nobody knows whether it can be made. */
function newProviders({ config, state }: FactSources, making: readonly Pick<Step, 'desire'>[]): readonly string[] {
  const checked = state.steps[NAME]?.metadata.providers;
  const known = Array.isArray(checked) ? checked.map(String) : recordedProviders(state);
  if (known.length === 0) return [];
  const input = { environment: state.environment, config, outputs: symbolicOutputs().reader };
  const wanted = providersOf(making.flatMap(({ desire }) => desire(input)));
  return wanted.filter((one) => !known.includes(one)).map((one) => `${one} is new to the deployment`);
}

/** Earlier versions did not write down what they looked at. */
function recordedProviders({ resources }: Pick<EnvironmentState, 'resources'>): readonly string[] {
  return Object.values(resources).map(({ type }) => namespaceOf(type));
}

async function findProblems(context: StepContext, target: PreflightTarget): Promise<readonly string[]> {
  const [found, ofSources] = await settleAll([
    settleAll(FIRST_STEP_CHECKS.map(async ({ look }) => await look(target))),
    sourceProblems(context.config, context.source),
  ] as const);
  const { problems, unseen } = merged(found);
  for (const text of unseen) context.log('warning', text);
  return [...problems.map(({ text, repair }) => `${text} ${repair}`), ...ofSources];
}

function typesOf({ resources = {}, templates = {} }: DeploymentConfig): Readonly<Record<string, Json>> {
  const named = [
    ...Object.values(resources),
    ...Object.values(templates).flatMap((one) => templateResources(one.template)),
  ];
  const types = [...new Set(named.map(({ type, apiVersion }) => `${type}@${apiVersion}`))].sort();
  return types.length === 0 ? {} : { 'types of resources': types };
}
