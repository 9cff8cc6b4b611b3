import type { ArmResource } from '../azure/ports.ts';
import type { DesireInput } from '../domain/desired.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { incarnation } from '../domain/tags.ts';
import { converge, convergeAll } from '../engine/converge.ts';
import { whenEffective } from '../engine/effective-grant.ts';
import { liveText } from '../engine/live-value.ts';
import { NOTHING_TO_DO, type Step } from '../engine/step.ts';
import { deployingPrincipal } from '../preflight/deploying-principal.ts';
import { containerRegistry } from '../resources/container-registry.ts';
import { registryGrants } from '../resources/role-assignment.ts';

/** Step 4: the container registry; the applications may pull from it, the deployer may build in it. */
export const createContainerRegistry: Step = {
  name: 'create_container_registry',
  desire: (input: DesireInput) =>
    hasSection(input.config, 'containerRegistry') ? [containerRegistry(input), ...registryGrants(input)] : [],
  isIdle: (config) => !hasSection(config, 'containerRegistry'),
  facts: deployingPrincipal,
  foretells: async (sources, look) => {
    if (!hasSection(sources.config, 'containerRegistry')) return {};
    const desired = containerRegistry(sources);
    const live = await look(desired);
    return { registryId: desired.id, ...(live && registryOutputs(live)) };
  },

  async run(context) {
    if (!hasSection(context.config, 'containerRegistry')) return NOTHING_TO_DO;
    const desired = containerRegistry(context);

    // Observe, ensure, sync: the registry, then the roles on it.
    const registry = await converge(context, desired);
    if (registry.kind === 'waiting') return registry;
    const grants = await convergeAll(context, registryGrants(context));
    if (grants.kind === 'waiting') return grants;

    // Check: the deployer may ask for builds. Whether the identity may pull shows when the first app starts.
    const outputs = { registryId: desired.id, ...registryOutputs(registry.live) };
    const grant = { name: 'registry', on: `the role on ${desired.title}`, isMade: grants.changed.includes(true) };
    const builds = await whenEffective(context, grant, () =>
      context.azure.registry(desired.id, outputs.loginServer).recentBuilds(),
    );
    if (builds.kind === 'waiting') return builds;
    return { kind: 'completed', outputs };
  },
};

function registryOutputs(live: ArmResource) {
  return { loginServer: liveText(live, 'properties.loginServer'), registryIncarnation: incarnation(live) };
}
