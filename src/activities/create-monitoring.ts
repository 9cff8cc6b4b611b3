import type { ArmResource } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { referencePlaces } from '../domain/config/rules/references.ts';
import type { DesireInput } from '../domain/desired.ts';
import { recordedOutput } from '../domain/outputs.ts';
import { referencesIn } from '../domain/references/reference-text.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { convergeInOrder } from '../engine/converge.ts';
import { liveText } from '../engine/live-value.ts';
import { NOTHING_TO_DO, type Step } from '../engine/step.ts';
import { appInsights } from '../resources/application-insights.ts';
import { workspace } from '../resources/log-workspace.ts';
import { jsonAt, scalarText } from '../shared/json.ts';

/** Step 3: the Log Analytics workspace, and Application Insights bound to it. */
export const createMonitoring: Step = {
  name: 'create_monitoring',
  desire: (input) => (hasSection(input.config, 'monitoring') ? desired(input) : []),
  isIdle: (config) => !hasSection(config, 'monitoring'),
  foretells: async (sources, look) => {
    if (!hasSection(sources.config, 'monitoring')) return {};
    const live = namesConnection(sources.config) ? await look(appInsights(sources)) : undefined;
    return { ...outputsOf(sources), ...connectionOf(live) };
  },
  // Those of earlier versions did not leave it.
  troubles: async ({ config, state }) =>
    namesConnection(config) &&
    recordedOutput(state, 'appInsightsId') !== undefined &&
    recordedOutput(state, 'appInsightsConnection') === undefined
      ? ['the connection string of Application Insights is not recorded yet']
      : [],

  async run(context) {
    if (!hasSection(context.config, 'monitoring')) return NOTHING_TO_DO;
    const [logs, insights] = desired(context);

    // Observe, ensure, sync: Application Insights refers to the workspace, which must be there first.
    const result = await convergeInOrder(context, [logs, insights]);
    if (result.kind === 'waiting') return result;

    // Check: telemetry arrives at the workspace's customer id.
    const customerId = liveText(result.live[0], 'properties.customerId');
    return {
      kind: 'completed',
      outputs: { ...outputsOf(context), ...connectionOf(result.live[1]) },
      metadata: { workspaceCustomerId: customerId },
    };
  },
};

function outputsOf(input: DesireInput) {
  const [logs, insights] = desired(input);
  return { workspaceId: logs.id, appInsightsId: insights.id };
}

/** As far as it tells. */
function connectionOf(insights: ArmResource | undefined): Record<string, string> {
  const connection = scalarText(insights && jsonAt(insights, 'properties.ConnectionString'));
  return connection === '' ? {} : { appInsightsConnection: connection };
}

function namesConnection(config: DeploymentConfig): boolean {
  return referencePlaces(config).some(({ text }) => referencesIn(text).includes('monitoring.connection_string'));
}

function desired(input: DesireInput) {
  return [workspace(input), appInsights(input)] as const;
}
