import type { Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { refusalsOf } from '../domain/plan-refusals.ts';
import { NO_OPTIONS } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { Services } from '../engine/services.ts';
import type { Step } from '../engine/step.ts';
import { sourceOf } from '../images/run-sources.ts';
import { sourceProblems } from '../images/source-problems.ts';
import { lookAtSecrets, PASSWORD_UNSEEN } from '../planning/look-at-secrets.ts';
import { planRun } from '../planning/plan-run.ts';
import { type Examination, failed, ok, see, unknown } from './examination.ts';

/** Whether the images can be built of their sources. */
export async function examineSources(
  services: Pick<Services, 'source' | 'gitSource'>,
  config: DeploymentConfig,
  reference: string | null,
): Promise<readonly Examination[]> {
  const { value, failure } = await see('sources', async () =>
    sourceProblems(config, await sourceOf(services, config, reference)),
  );
  if (failure) return [failure];
  if (value.length === 0) return [ok('sources', 'everything that is built can be')];
  return value.map((text) => failed('sources', text, 'Put the file there, or name another tree with --source.'));
}

/** What is wrong with the secrets that the applications read. */
export async function examineVault(
  {
    azure,
    config,
    state,
  }: { readonly azure: Azure; readonly config: DeploymentConfig; readonly state: EnvironmentState },
  now: Date,
): Promise<readonly Examination[]> {
  const { value: seen, failure } = await see('vault', () => lookAtSecrets({ azure, config, state, now }));
  if (failure) return [failure];
  const lines = seen.troubles.map(({ name, problem, isFatal }) => {
    const text = `The secret ${name} ${problem}.`;
    const repair = 'Enable it or give it a new version in the vault, then deploy.';
    return isFatal ? failed('vault', text, repair, 'secret_unusable') : unknown('vault', text, repair);
  });
  const unseen = seen.unseen.filter((text) => text !== PASSWORD_UNSEEN).map((text) => unknown('vault', text));
  const all = [...lines, ...unseen];
  return all.length > 0
    ? all
    : [ok('vault', 'every secret that the applications read can be read, or there is none yet')];
}

/** Whether a deployment would refuse its own plan: what exists is somebody else's, in another region, or cannot be changed. */
export async function examinePlan(
  services: Services,
  steps: readonly Step[],
  input: {
    readonly environment: string;
    readonly config: DeploymentConfig;
    readonly state: EnvironmentState;
    readonly source: string | null;
  },
): Promise<readonly Examination[]> {
  const { value, failure } = await see('plan', () => planRun(services, steps, { ...input, options: NO_OPTIONS }));
  if (failure) return [failure];
  const refusals = refusalsOf(value.plan);
  const repair = 'Look at it with: draftgenie-deploy plan';
  if (refusals.length > 0) return refusals.map((text) => failed('plan', text, repair));
  return [ok('plan', 'a deployment would carry its plan out')];
}
