import type { Principal } from '../azure/ports.ts';
import type { DesireInput } from '../domain/desired.ts';
import { outputReference, outputSymbol } from '../domain/outputs.ts';
import { requireSamePlace } from '../domain/place.ts';
import { settleAll } from '../engine/settle.ts';
import type { Step, StepContext } from '../engine/step.ts';
import { imagesToBuild } from '../images/image-sources.ts';
import { availabilityProblems } from '../preflight/availability.ts';
import { deployingPrincipal } from '../preflight/deploying-principal.ts';
import { permissionProblems, specialNeeds } from '../preflight/permissions.ts';
import { registerProviders } from '../preflight/providers.ts';
import { nameProblems } from '../preflight/resource-names.ts';
import { resolveSubscription } from '../preflight/subscription.ts';
import { uniqueNameProblems } from '../preflight/unique-names.ts';
import type { KnownResource } from '../resources/kind.ts';
import { UserError } from '../shared/errors.ts';

/**
 * Step 1: everything that can be known to go wrong, before anything is made.
 *
 * @param making the steps whose resources are looked at
 */
export const checkPrerequisites = (making: readonly Pick<Step, 'desire'>[]): Step => ({
  name: 'check_prerequisites',
  desire: () => [],
  facts: deployingPrincipal,
  foretells: async ({ azure, subscriptionId }) => outputsOf(subscriptionId, await azure.resources.principal()),

  async run(context) {
    // Observe: who deploys, and where to.
    const principal = await context.azure.resources.principal();
    const id = await resolveSubscription(context.azure, context.config);
    requireSamePlace(context.state, { subscriptionId: id, resourceGroup: context.config.azure.resourceGroup });
    const outputs = outputsOf(id, principal);

    // Ensure, sync: the resource providers are registered.
    const registering = await registerProviders(context, id);
    if (registering) return registering;

    // Check: all problems at once.
    const problems = await findProblems(context, outputs, making);
    if (problems.length > 0) {
      throw new UserError(problems.join('\n'), {
        code: 'prerequisites_failed',
        hint: 'Nothing was created.',
      });
    }
    return { kind: 'completed', outputs };
  },
});

function outputsOf(subscriptionId: string, { tenantId, objectId, principalType }: Principal) {
  return { subscriptionId, tenantId, principalId: objectId, principalType: principalType ?? '' };
}

async function findProblems(
  context: StepContext,
  known: Readonly<Record<string, string>>,
  making: readonly Pick<Step, 'desire'>[],
): Promise<readonly string[]> {
  const input: DesireInput = { environment: context.environment, config: context.config, outputs: knownOutputs(known) };
  const subscription = `/subscriptions/${known.subscriptionId}`;
  const desired = distinct(making.flatMap(({ desire }) => desire(input)));
  const found = await settleAll([
    permissions(context, subscription, desired),
    nameProblems(desired),
    uniqueNameProblems(context, subscription, desired),
    availabilityProblems(context, subscription, desired),
    sourceProblems(context),
  ]);
  return found.flat();
}

async function permissions(
  context: StepContext,
  subscription: string,
  desired: readonly KnownResource[],
): Promise<readonly string[]> {
  const needs = desired.flatMap(specialNeeds);
  const { refusals, unseen } = await permissionProblems({ ...context, subscription }, needs);
  for (const one of unseen) context.log('warning', `Not looked at: ${one}`);
  return [...new Set(refusals.values())];
}

/** Several steps want the same apps. */
function distinct(desired: readonly KnownResource[]): readonly KnownResource[] {
  return [...new Map(desired.map((resource) => [resource.key, resource])).values()];
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

/** This step's own outputs; symbols for those of steps that have not run. */
function knownOutputs(known: Readonly<Record<string, string>>): DesireInput['outputs'] {
  return {
    read(...output) {
      return known[output[0]] ?? outputSymbol(outputReference(output));
    },
  };
}
