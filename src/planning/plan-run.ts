import type { DeploymentConfig } from '../domain/config/model.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { RunOptions } from '../domain/run.ts';
import { outOfScope } from '../domain/run-scope.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import { withImagesOf } from '../engine/rollback.ts';
import type { Services } from '../engine/services.ts';
import type { FactSources, Step } from '../engine/step.ts';
import { sourceOf, sourceWarnings } from '../images/run-sources.ts';
import type { HistoryEntry } from '../state/ports.ts';
import { configWarnings } from './config-warnings.ts';
import { findDrift } from './find-drift.ts';
import { findResources, listResources } from './find-resources.ts';
import { lookAtSecrets, secretWarnings } from './look-at-secrets.ts';
import { makePlan, type StepBasis } from './plan.ts';
import { desiredNow, stepBasis } from './step-basis.ts';

export interface PlanRequest {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly options: RunOptions;
  readonly source: string | null;
  readonly state: EnvironmentState;
  /** The kept run to go back to. */
  readonly rollback?: HistoryEntry | undefined;
}

/** Looks at Azure, the sources and the secrets, and makes the plan. Writes nothing, anywhere. */
export async function planRun(services: Services, steps: readonly Step[], request: PlanRequest): Promise<Plan> {
  const { environment, config, options, rollback } = request;
  const state = withImagesOf(request.state, rollback);
  const azure = await services.azure(config);
  const source = await sourceOf(services, config, request.source);
  const sources: FactSources = { azure, config, state, source, secrets: services.secrets };
  const inScope = async (step: Step): Promise<StepBasis> => {
    const [basis, troubles] = await Promise.all([stepBasis(step, environment, sources), step.troubles?.(sources)]);
    return { ...basis, troubles: troubles ?? [] };
  };
  const [listed, inputs] = await Promise.all([
    listResources(azure, config, state),
    Promise.all(
      steps.map(
        async (step): Promise<[StepName, StepBasis]> => [
          step.name,
          outOfScope(options, step.name) === undefined
            ? await inScope(step)
            : { dependencies: {}, consumed: [], desired: desiredNow(step, environment, sources) },
        ],
      ),
    ),
  ]);
  const desired = inputs.flatMap(([, input]) => input.desired);
  return makePlan({
    environment,
    state,
    options,
    steps: new Map(inputs),
    found: await findResources(azure, listed, { state, environment, desired }),
    drift: options.refresh ? await findDrift({ azure, environment, config, state }, steps) : [],
    warnings: [
      ...rollbackWarnings(rollback),
      ...configWarnings(config),
      ...(await sourceWarnings(source, config)),
      ...secretWarnings(await lookAtSecrets({ azure, state }, services.clock.now())),
    ],
  });
}

function rollbackWarnings(to: HistoryEntry | undefined): readonly string[] {
  if (!to) return [];
  return [
    `Back to the images, variables and scale of run ${to.runId} (${to.at}). Databases, migrations and secrets are not rolled back.`,
  ];
}
