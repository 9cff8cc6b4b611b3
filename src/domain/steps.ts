import { buildAndPushImages } from './steps/build-and-push-images.ts';
import { checkPrerequisites } from './steps/check-prerequisites.ts';
import { configureEnvironmentVariables } from './steps/configure-environment-variables.ts';
import { createContainerAppsEnv } from './steps/create-container-apps-env.ts';
import { createContainerRegistry } from './steps/create-container-registry.ts';
import { createDatabases } from './steps/create-databases.ts';
import { createKeyVault } from './steps/create-key-vault.ts';
import { createMonitoring } from './steps/create-monitoring.ts';
import { createResourceGroup } from './steps/create-resource-group.ts';
import type { Definition } from './steps/definition.ts';
import { deployApplicationServices } from './steps/deploy-application-services.ts';
import { deployInfrastructureServices } from './steps/deploy-infrastructure-services.ts';
import { runMigrations } from './steps/run-migrations.ts';
import { storeSecrets } from './steps/store-secrets.ts';
import { verifyDeployment } from './steps/verify-deployment.ts';

/** Every step, in the order of their numbers. A new one is a file in src/domain/steps, its activity, and a line here. */
const DEFINITIONS = [
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
] as const;

type Known = (typeof DEFINITIONS)[number];
type OutputsOf<Step> = Step extends { readonly outputs: readonly (infer Name)[] } ? Name : never;
type FamiliesOf<Step> = Step extends { readonly families: infer Families } ? keyof Families : never;

export type StepName = Known['name'];
/** What steps hand to later ones, by names that tell the step: values of their own, and families with a member each. */
export type OutputName = OutputsOf<Known>;
export type OutputFamily = FamiliesOf<Known>;
export type Output = [name: OutputName] | [family: OutputFamily, member: string];
export type StepDefinition = Definition<StepName, Output>;

export const STEPS: readonly StepDefinition[] = DEFINITIONS;
export const STEP_NAMES: readonly StepName[] = STEPS.map(({ name }) => name);

const BY_NAME = new Map(STEPS.map((step) => [step.name, step]));

export function stepDefinition(name: StepName): StepDefinition {
  const found = BY_NAME.get(name);
  if (!found) throw new Error(`no step is called ${name}`);
  return found;
}

export function isStepName(value: string): value is StepName {
  return BY_NAME.has(value as StepName);
}

/** The step that decides which revisions have the traffic. */
export function trafficStep(): StepDefinition {
  const found = STEPS.find(({ movesTraffic }) => movesTraffic);
  if (!found) throw new Error('no step moves traffic');
  return found;
}

const BEFORE = new Map<StepName, ReadonlySet<StepName>>();

/** All steps on which one builds, directly or not. */
export function stepsBefore(step: StepName): ReadonlySet<StepName> {
  const known = BEFORE.get(step);
  if (known) return known;
  const before = new Set(stepDefinition(step).dependsOn.flatMap((one) => [one, ...stepsBefore(one)]));
  BEFORE.set(step, before);
  return before;
}

/** Whether what was done beforehand is less than the step's beginning: it depends on more than its head start does. */
export function waitsAfterHeadStart(step: StepName): boolean {
  const { dependsOn, headStart } = stepDefinition(step);
  return dependsOn.some((name) => !headStart?.dependsOn.includes(name));
}
