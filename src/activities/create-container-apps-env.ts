import type { ArmResource } from '../azure/ports.ts';
import { servicesWithDomains } from '../domain/config/service/domain-validation.ts';
import type { DesireInput } from '../domain/desired.ts';
import { recordedOutput } from '../domain/outputs.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { convergeInOrder } from '../engine/converge.ts';
import { liveText } from '../engine/live-value.ts';
import { NOTHING_TO_DO, type Step } from '../engine/step.ts';
import { containerAppsEnvironment } from '../resources/container-apps-environment.ts';
import { environmentDiagnostics } from '../resources/diagnostic-setting.ts';
import { pullGrants } from '../resources/role-assignment.ts';
import { jsonAt, scalarText } from '../shared/json.ts';

/**
 * Step 8: the Container Apps environment, which logs to the workspace where there is one; what is in it may pull from registries of
 * others.
 */
export const createContainerAppsEnv: Step = {
  name: 'create_container_apps_env',
  desire: desired,
  isIdle: ({ containerApps }) => containerApps.isLeftOut === true,
  foretells: async (sources, look) => {
    if (sources.config.containerApps.isLeftOut) return {};
    const environment = containerAppsEnvironment(sources);
    const live = await look(environment);
    return { environmentId: environment.id, ...(live && { defaultDomain: domainOf(live), ...namesOf(live) }) };
  },
  // Those of earlier versions left nothing of what DNS records say.
  troubles: async ({ config, state }) =>
    servicesWithDomains(config).length > 0 &&
    recordedOutput(state, 'defaultDomain') !== undefined &&
    recordedOutput(state, 'domainVerificationId') === undefined
      ? ['its address is not recorded yet, and `domains` need it']
      : [],

  async run(context) {
    if (context.config.containerApps.isLeftOut) return NOTHING_TO_DO;
    const environment = containerAppsEnvironment(context);

    // Observe, ensure, sync: the setting is an extension of the environment.
    const result = await convergeInOrder(context, desired(context));
    if (result.kind === 'waiting') return result;

    // Check: without a domain no app could be reached.
    const defaultDomain = domainOf(result.live[0]);
    return {
      kind: 'completed',
      // Our spelling of the id: Azure answers its segments in another case.
      outputs: { environmentId: environment.id, defaultDomain, ...namesOf(result.live[0]) },
    };
  },
};

function domainOf(live: ArmResource | undefined): string {
  return liveText(live, 'properties.defaultDomain').toLowerCase();
}

/** What DNS records say of it, as far as it tells. */
function namesOf(live: ArmResource | undefined): Record<string, string> {
  const staticIp = scalarText(live && jsonAt(live, 'properties.staticIp'));
  const verification = scalarText(
    live && jsonAt(live, 'properties.customDomainConfiguration.customDomainVerificationId'),
  );
  return { ...(staticIp && { staticIp }), ...(verification && { domainVerificationId: verification }) };
}

/** Apps and jobs come after all of it. Without a workspace logs are only streamed, until somebody adds a diagnostic setting. */
function desired(input: DesireInput) {
  if (input.config.containerApps.isLeftOut) return [];
  const environment = containerAppsEnvironment(input);
  return [
    environment,
    ...(hasSection(input.config, 'monitoring') ? [environmentDiagnostics(input)] : []),
    ...pullGrants(input),
  ];
}
