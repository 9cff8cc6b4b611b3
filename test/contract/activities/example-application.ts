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
import {
  type Between,
  type EnvironmentSnapshot,
  environmentAt,
  FIRST_STEPS,
  type SimulatedEnvironment,
  simulatedEnvironment,
} from './simulated.ts';

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
  /** As every call of a step does: what is there now. */
  source(): Promise<SourceTree>;
  run(step: Step, forced?: boolean, between?: Between): ReturnType<SimulatedEnvironment['runStep']>;
}

type Change = (config: DeploymentConfig) => DeploymentConfig;

async function exampleConfig(change: Change): Promise<DeploymentConfig> {
  const result = parseConfig(await readFile(join(EXAMPLE, 'config.yaml'), 'utf8'));
  if (!result.ok) throw new Error('the example is broken');
  return change(result.parsed.config);
}

/** The example application, with steps 1 to 8 done, and these after them. */
export async function application(change?: Change, steps: readonly Step[] = []): Promise<Application> {
  const folder = await tempDirectory();
  await cp(EXAMPLE, folder, { recursive: true });
  if (change) return await applicationIn(folder, await exampleConfig(change), 'instant', steps);
  return applicationOn(await environmentAt(await snapshotAfter(steps)), folder);
}

/** Of this file, by the names of the steps: many of its tests begin at the same moment. */
const snapshots = new Map<string, EnvironmentSnapshot>();

async function snapshotAfter(steps: readonly Step[]): Promise<EnvironmentSnapshot> {
  const name = steps.map((step) => step.name).join();
  const made = snapshots.get(name) ?? (await makeSnapshot(steps));
  snapshots.set(name, made);
  return made;
}

async function makeSnapshot(steps: readonly Step[]): Promise<EnvironmentSnapshot> {
  const { environment } = await applicationIn(EXAMPLE, await exampleConfig((config) => config), 'instant', steps);
  return environment.snapshot();
}

/** An application of these sources, with steps 1 to 8 done, and these after them. */
export async function applicationIn(
  folder: string,
  config: DeploymentConfig,
  pace: 'instant' | 'azure' = 'instant',
  steps: readonly Step[] = [],
): Promise<Application> {
  const app = applicationOn(await simulatedEnvironment({ config, pace }), folder);
  for (const step of [...FIRST_STEPS, ...steps]) await app.run(step);
  return app;
}

function applicationOn(environment: SimulatedEnvironment, folder: string): Application {
  const source = (): Promise<SourceTree> => openSource(folder);
  const secrets = { literal: () => undefined, environment: (name: string) => `value of ${name}` };
  const run: Application['run'] = async (step, forced = false, between) =>
    await environment.runStep(step, { source: await source(), secrets, reason: { text: 'test', forced } }, between);
  return { environment, folder, source, run };
}

export async function deployed(change?: Change): Promise<Application> {
  const app = await application(change, LAST_STEPS);
  app.environment.newWrites();
  return app;
}
