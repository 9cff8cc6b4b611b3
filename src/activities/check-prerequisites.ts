import type { DeploymentConfig } from '../domain/config/model.ts';
import { requireSamePlace } from '../domain/place.ts';
import { settleAll } from '../engine/settle.ts';
import type { Step, StepContext } from '../engine/step.ts';
import { sourceProblems } from '../images/source-problems.ts';
import { FIRST_STEP_CHECKS } from '../preflight/checks.ts';
import { deployingPrincipal } from '../preflight/deploying-principal.ts';
import { merged, type PreflightTarget } from '../preflight/findings.ts';
import { registerProviders } from '../preflight/providers.ts';
import { resolveSubscription } from '../preflight/subscription.ts';
import { placeOutputs, preflightTarget } from '../preflight/target.ts';
import { UserError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

/**
 * Step 1: everything that can be known to go wrong, before anything is made.
 *
 * @param making the steps whose resources are looked at
 */
export const checkPrerequisites = (making: readonly Pick<Step, 'desire'>[]): Step => ({
  name: 'check_prerequisites',
  desire: () => [],
  // Resources that came to the configuration later may need other providers.
  derives: ({ config }) => typesOf(config),
  facts: deployingPrincipal,
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
    return { kind: 'completed', outputs: placeOutputs(subscriptionId, principal) };
  },
});

async function findProblems(context: StepContext, target: PreflightTarget): Promise<readonly string[]> {
  const [found, ofSources] = await settleAll([
    settleAll(FIRST_STEP_CHECKS.map(async ({ look }) => await look(target))),
    sourceProblems(context.config, context.source),
  ] as const);
  const { problems, unseen } = merged(found);
  for (const text of unseen) context.log('warning', text);
  return [...problems.map(({ text, repair }) => `${text} ${repair}`), ...ofSources];
}

function typesOf({ resources = {} }: DeploymentConfig): Readonly<Record<string, Json>> {
  const types = [...new Set(Object.values(resources).map(({ type, apiVersion }) => `${type}@${apiVersion}`))].sort();
  return types.length === 0 ? {} : { 'types of resources': types };
}
