import type { DesireInput } from '../domain/desired.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { convergeInOrder } from '../engine/converge.ts';
import { liveText } from '../engine/live-value.ts';
import { NOTHING_TO_DO, type Step } from '../engine/step.ts';
import { appInsights } from '../resources/application-insights.ts';
import { workspace } from '../resources/log-workspace.ts';

/** Step 3: the Log Analytics workspace, and Application Insights bound to it. */
export const createMonitoring: Step = {
  name: 'create_monitoring',
  desire: (input) => (hasSection(input.config, 'monitoring') ? desired(input) : []),
  isIdle: (config) => !hasSection(config, 'monitoring'),
  foretells: async (sources) => (hasSection(sources.config, 'monitoring') ? outputsOf(sources) : {}),

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
      outputs: outputsOf(context),
      metadata: { workspaceCustomerId: customerId },
    };
  },
};

function outputsOf(input: DesireInput) {
  const [logs, insights] = desired(input);
  return { workspaceId: logs.id, appInsightsId: insights.id };
}

function desired(input: DesireInput) {
  return [workspace(input), appInsights(input)] as const;
}
