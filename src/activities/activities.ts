import { FunctionName, type RunInput } from '../domain/function-names.ts';
import { STEP_NAMES, type StepName } from '../domain/steps.ts';
import type { Services } from '../engine/services.ts';
import type { Step } from '../engine/step.ts';
import { inOneCopy } from '../perform/one-copy.ts';
import { performStep } from '../perform/perform-step.ts';
import { buildAndPushImages } from './build-and-push-images.ts';
import { checkPrerequisites } from './check-prerequisites.ts';
import { closeRun } from './close-run.ts';
import { configureEnvironmentVariables } from './configure-environment-variables.ts';
import { createContainerAppsEnv } from './create-container-apps-env.ts';
import { createContainerRegistry } from './create-container-registry.ts';
import { createDatabases } from './create-databases.ts';
import { createKeyVault } from './create-key-vault.ts';
import { createMonitoring } from './create-monitoring.ts';
import { createResourceGroup } from './create-resource-group.ts';
import { deployApplicationServices } from './deploy-application-services.ts';
import { deployInfrastructureServices } from './deploy-infrastructure-services.ts';
import { openRun } from './open-run.ts';
import { removeResources } from './remove-resources.ts';
import { runMigrations } from './run-migrations.ts';
import { storeSecrets } from './store-secrets.ts';
import { verifyDeployment } from './verify-deployment.ts';

/** The activities of the steps, in the order of their numbers. */
export function createSteps(): readonly Step[] {
  const making = [
    createResourceGroup,
    createMonitoring,
    createContainerRegistry,
    createKeyVault,
    createDatabases,
    storeSecrets,
    createContainerAppsEnv,
    buildAndPushImages,
    deployInfrastructureServices,
    deployApplicationServices,
    configureEnvironmentVariables,
    runMigrations,
    verifyDeployment,
  ];
  const steps = [checkPrerequisites(making), ...making];
  const missing = STEP_NAMES.filter((name, index) => steps[index]?.name !== name);
  if (missing.length > 0) throw new Error(`steps out of place: ${missing.join(', ')}`);
  return steps;
}

export type ActivityName =
  | StepName
  | typeof FunctionName.openRun
  | typeof FunctionName.closeRun
  | typeof FunctionName.removeResources;
export type Activity = (input: never) => Promise<unknown>;

/** Every activity by its registered name: one for each step, the two around them, and the one that deletes. */
export function createActivities(services: Services): Readonly<Record<ActivityName, Activity>> {
  const steps = createSteps();
  const made = <Input extends RunInput, Answer>(
    name: ActivityName,
    create: (services: Services) => (input: Input) => Promise<Answer>,
  ) => inTrace(services, name, inOneCopy(services, name, create));
  return {
    ...(Object.fromEntries<Activity>(
      steps.map((step) => [step.name, made(step.name, (own) => performStep(own, step))]),
    ) as Record<StepName, Activity>),
    [FunctionName.openRun]: made(FunctionName.openRun, (own) => openRun(own, steps)),
    [FunctionName.closeRun]: made(FunctionName.closeRun, closeRun),
    [FunctionName.removeResources]: made(FunctionName.removeResources, removeResources),
  };
}

/** Where traces are asked for: each call as a span, with what it asks Azure. */
function inTrace<Input extends RunInput, Answer>(
  { telemetry, stores }: Services,
  name: ActivityName,
  perform: (input: Input) => Promise<Answer>,
): (input: Input) => Promise<Answer> {
  if (!telemetry) return perform;
  return async (input) => {
    const requestOf = () => stores(input.environment).runs.request(input.runId);
    return await telemetry.activity(name, input, requestOf, () => perform(input));
  };
}
