import { STEP_NAMES } from '../domain/steps.ts';
import { buildAndPushImages } from './build-and-push-images.ts';
import { checkPrerequisites } from './check-prerequisites.ts';
import { configureEnvironmentVariables } from './configure-environment-variables.ts';
import { createContainerAppsEnv } from './create-container-apps-env.ts';
import { createContainerRegistry } from './create-container-registry.ts';
import { createDatabases } from './create-databases.ts';
import { createKeyVault } from './create-key-vault.ts';
import { createMonitoring } from './create-monitoring.ts';
import { createResourceGroup } from './create-resource-group.ts';
import { deployApplicationServices } from './deploy-application-services.ts';
import { deployInfrastructureServices } from './deploy-infrastructure-services.ts';
import { runMigrations } from './run-migrations.ts';
import type { Step } from './step.ts';
import { storeSecrets } from './store-secrets.ts';
import { verifyDeployment } from './verify-deployment.ts';

/** The fourteen activities, in the order of their numbers. */
export function createSteps(): readonly Step[] {
  const steps = [
    checkPrerequisites,
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
  const missing = STEP_NAMES.filter((name, index) => steps[index]?.name !== name);
  if (missing.length > 0) throw new Error(`steps out of place: ${missing.join(', ')}`);
  return steps;
}
