import type { Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import type { SecretSource } from '../engine/step.ts';
import { imagesToBuild } from '../images/image-sources.ts';
import { secretHmacs } from '../secrets/secret-hmacs.ts';
import { UserError } from '../shared/errors.ts';
import type { SourceTree } from '../source/ports.ts';

/** What a step depends on besides configuration, outputs and its own resources; named hashes. */
export type Facts = Readonly<Record<string, string>>;

export interface FactSources {
  readonly azure: Azure;
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  readonly source: SourceTree | undefined;
  readonly secrets: SecretSource;
}

/** Looks up the facts of one step; most steps have none. */
export async function factsOf(step: StepName, sources: FactSources): Promise<Facts> {
  switch (step) {
    case 'check_prerequisites':
    case 'create_container_registry':
    case 'create_key_vault':
      // These check or grant what the deploying principal may do: a laptop and CI can share one state.
      return await principalFact(sources.azure);
    case 'store_secrets':
      return await secretFacts(sources);
    case 'build_and_push_images':
      return await imageFacts(sources);
    case 'run_migrations':
      return await migrationFacts(sources);
    case 'verify_deployment':
      return executionFacts(sources.state);
    default:
      return {};
  }
}

async function principalFact(azure: Azure): Promise<Facts> {
  const { tenantId, objectId } = await azure.resources.principal();
  return { principal: `${tenantId}/${objectId}` };
}

async function secretFacts({ azure, config, state, secrets }: FactSources): Promise<Facts> {
  const vaultUri = state.steps.create_key_vault?.outputs.vaultUri;
  if (vaultUri === undefined) return {};
  const hmacs = await secretHmacs(azure.vault(vaultUri), config, secrets);
  return Object.fromEntries(Object.entries(hmacs ?? {}).map(([name, hmac]) => [`secret:${name}`, hmac]));
}

async function imageFacts({ config, source }: FactSources): Promise<Facts> {
  if (!source || config.deployment.skipBuild || config.docker.registry) return {};
  const built = imagesToBuild(config);
  const problems = await source.problems(built);
  if (problems.length > 0) {
    throw new UserError(
      `Images cannot be built from ${source.location}:\n${problems.map((one) => `  ${one}`).join('\n')}`,
      {
        code: 'source_invalid',
        hint: 'Nothing was created. Correct the Dockerfiles or the sources, or name another tree with --source DIR.',
      },
    );
  }
  const digests = await Promise.all(
    built.map(async (image) => [`file:${image.service}`, await source.imageDigest(image)]),
  );
  return Object.fromEntries(digests);
}

async function migrationFacts({ config, source }: FactSources): Promise<Facts> {
  if (!source) return {};
  const required = config.services.application.flatMap(({ migration }) => migration?.requires ?? []);
  const found = await Promise.all(
    required.map(async (path) => [
      `file:${path}`,
      String(await source.exists(`${config.docker.buildContext}/${path}`)),
    ]),
  );
  return Object.fromEntries(found);
}

/** Verification is due whenever any other step was executed since it last succeeded. */
function executionFacts({ steps }: EnvironmentState): Facts {
  return Object.fromEntries(
    Object.entries(steps).flatMap(([name, step]) =>
      name === 'verify_deployment' || !step?.run_id ? [] : [[`executed:${name}`, `${step.run_id} ${step.timestamp}`]],
    ),
  );
}
