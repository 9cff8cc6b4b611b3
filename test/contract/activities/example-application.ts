import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAndPushImages } from '../../../src/activities/build-and-push-images.ts';
import { configureEnvironmentVariables } from '../../../src/activities/configure-environment-variables.ts';
import { deployApplicationServices } from '../../../src/activities/deploy-application-services.ts';
import { deployInfrastructureServices } from '../../../src/activities/deploy-infrastructure-services.ts';
import { runMigrations } from '../../../src/activities/run-migrations.ts';
import { verifyDeployment } from '../../../src/activities/verify-deployment.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import type { Step } from '../../../src/engine/step.ts';
import type { SourceTree } from '../../../src/source/ports.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { type Between, FIRST_STEPS, type SimulatedEnvironment, simulatedEnvironment } from './simulated.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/draftgenie', import.meta.url));
export const LAST_STEPS: readonly Step[] = [
  deployInfrastructureServices,
  buildAndPushImages,
  runMigrations,
  deployApplicationServices,
  configureEnvironmentVariables,
  verifyDeployment,
];

export interface Application {
  readonly environment: SimulatedEnvironment;
  readonly folder: string;
  readonly source: SourceTree;
  run(step: Step, forced?: boolean, between?: Between): ReturnType<SimulatedEnvironment['runStep']>;
}

async function exampleConfig(change: (config: DeploymentConfig) => DeploymentConfig): Promise<DeploymentConfig> {
  const result = parseConfig(await readFile(join(EXAMPLE, 'config.yaml'), 'utf8'));
  if (!result.ok) throw new Error('the example is broken');
  return change(result.parsed.config);
}

/** The example application, with steps 1 to 8 done. */
export async function application(
  change: (config: DeploymentConfig) => DeploymentConfig = (config) => config,
): Promise<Application> {
  const folder = await tempDirectory();
  await cp(EXAMPLE, folder, { recursive: true });
  return await applicationIn(folder, await exampleConfig(change));
}

/** An application of these sources, with steps 1 to 8 done. */
export async function applicationIn(
  folder: string,
  config: DeploymentConfig,
  pace?: 'instant' | 'azure',
): Promise<Application> {
  const source = await openSource(folder);
  const environment = await simulatedEnvironment({ config, ...(pace && { pace }) });
  const secrets = { literal: () => undefined, environment: (name: string) => `value of ${name}` };
  const run: Application['run'] = (step, forced = false, between) =>
    environment.runStep(step, { source, secrets, reason: { text: 'test', forced } }, between);
  for (const step of FIRST_STEPS) await run(step);
  return { environment, folder, source, run };
}

export async function deployed(): Promise<Application> {
  const app = await application();
  for (const step of LAST_STEPS) await app.run(step);
  app.environment.newWrites();
  return app;
}
