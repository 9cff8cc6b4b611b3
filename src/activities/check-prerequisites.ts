import type { DesireInput } from '../domain/desired.ts';
import { settleAll } from '../engine/settle.ts';
import type { Step, StepContext } from '../engine/step.ts';
import { imagesToBuild } from '../images/image-sources.ts';
import { globalNameProblem } from '../preflight/global-names.ts';
import { postgresOfferProblems, regionProblems } from '../preflight/offers.ts';
import { registerProviders } from '../preflight/providers.ts';
import { roleAssignmentProblem } from '../preflight/role-permission.ts';
import { resolveSubscription } from '../preflight/subscription.ts';
import { containerAppsEnvironment } from '../resources/container-apps-environment.ts';
import { containerRegistry } from '../resources/container-registry.ts';
import { keyVault } from '../resources/key-vault.ts';
import { workspace } from '../resources/monitoring.ts';
import { postgresServer } from '../resources/postgresql.ts';
import { managedRedis } from '../resources/redis.ts';
import { UserError } from '../shared/errors.ts';

/** Step 1: everything that can be known to go wrong, before anything is made. */
export const checkPrerequisites: Step = {
  name: 'check_prerequisites',
  desire: () => [],

  async run(context) {
    // Observe: who deploys, and where to.
    const principal = await context.azure.resources.principal();
    const id = await resolveSubscription(context.azure, context.config);
    requireSamePlace(context, id);
    const outputs = {
      subscriptionId: id,
      tenantId: principal.tenantId,
      principalId: principal.objectId,
      principalType: principal.principalType ?? '',
    };

    // Ensure, sync: the resource providers are registered.
    const registering = await registerProviders(context, id);
    if (registering) return registering;

    // Check: all problems at once.
    const problems = await findProblems(context, outputs);
    if (problems.length > 0) {
      throw new UserError(problems.join('\n'), {
        code: 'prerequisites_failed',
        hint: 'Nothing was created.',
      });
    }
    return { kind: 'completed', outputs };
  },
};

async function findProblems(context: StepContext, known: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const input: DesireInput = { environment: context.environment, config: context.config, outputs: knownOutputs(known) };
  const subscription = `/subscriptions/${known.subscriptionId}`;
  const registry = containerRegistry(input);
  const vault = keyVault(input);
  const server = postgresServer(input);
  const { containerRegistry: registryConfig, keyVault: vaultConfig, postgresql } = context.config;
  const found = await settleAll([
    roleAssignmentProblem(context, subscription),
    globalNameProblem(context, subscription, { name: registryConfig.name, desired: registry }),
    globalNameProblem(context, subscription, { name: vaultConfig.name, desired: vault }),
    globalNameProblem(context, subscription, { name: postgresql.serverName, desired: server }),
    postgresOfferProblems(context, subscription),
    regionProblems(context, subscription, [
      registry,
      vault,
      server,
      workspace(input),
      managedRedis(input),
      containerAppsEnvironment(input),
    ]),
    sourceProblems(context),
  ]);
  return found.flat().filter((problem) => problem !== undefined);
}

async function sourceProblems({ config, source }: StepContext): Promise<readonly string[]> {
  if (config.deployment.skipBuild || config.docker.registry) return [];
  const images = imagesToBuild(config);
  if (images.length === 0) return [];
  if (source) return await source.problems(images);
  return [
    `There is no source directory, and ${images.map(({ service }) => service).join(', ')} must be built: give it with --source.`,
  ];
}

/** A state document is of one resource group in one subscription. */
function requireSamePlace({ state, config, environment }: StepContext, subscription: string): void {
  const isSame = (recorded: string | null, now: string): boolean =>
    recorded === null || recorded.toLowerCase() === now.toLowerCase();
  const { resourceGroup } = config.azure;
  if (isSame(state.subscription_id, subscription) && isSame(state.resource_group, resourceGroup)) return;
  const recorded = `${state.resource_group ?? resourceGroup} in the subscription ${state.subscription_id ?? subscription}`;
  throw new UserError(
    `The state of ${environment} is of the resource group ${recorded}, not of ${resourceGroup} in ${subscription}.`,
    { code: 'state_foreign', hint: 'Set the configuration back, or deploy to an environment of another name.' },
  );
}

/** This step's own outputs; the bodies it looks at need no others. */
function knownOutputs(known: Readonly<Record<string, string>>): DesireInput['outputs'] {
  return {
    read(step, output) {
      const value = step === 'check_prerequisites' ? known[output] : undefined;
      if (value === undefined) throw new Error(`${step}.${output} is not known yet`);
      return value;
    },
  };
}
