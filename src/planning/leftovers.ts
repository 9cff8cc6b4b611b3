import type { Azure } from '../azure/ports.ts';
import type { DesiredResource, StepResource } from '../domain/desired.ts';
import { type OutputReader, stepLeaving } from '../domain/outputs.ts';
import type { StepName } from '../domain/steps.ts';
import { recordedOwnership } from '../engine/ownership/owned-fields.ts';
import type { SecretSource } from '../engine/step.ts';
import { decideLeftovers, findLeftovers } from '../release/leftovers.ts';
import { withLeftovers } from '../resources/app/leftovers.ts';
import type { SecretValues, SecretVariable } from '../resources/app/plain-secrets.ts';
import { secretRef } from '../resources/app/workload.ts';
import { CONTAINER_APP } from '../resources/container-app.ts';
import { JOB } from '../resources/job.ts';
import { foreseenValues } from '../secrets/known-values.ts';
import { mapLimited } from '../shared/map-limited.ts';
import { once } from '../shared/once.ts';
import { type ForecastInput, outputName, outputsBeside, type WantedResource } from './forecast.ts';
import { type LiveResources, READS_AT_A_TIME } from './live-resources.ts';

const WITH_SECRETS: readonly string[] = [CONTAINER_APP.type, JOB.type];
/** After it the values of all secrets are known. */
const STORING = stepLeaving('secret');

interface LeftoverSources extends ForecastInput {
  readonly azure: Pick<Azure, 'apps' | 'vault'>;
  readonly secrets: SecretSource;
}

/** The wanted apps and jobs as they will be written, with what a write keeps, takes away and makes safe of what is there. */
export async function withLiveLeftovers(
  sources: LeftoverSources,
  wanted: readonly WantedResource[],
  live: LiveResources,
): Promise<readonly WantedResource[]> {
  const values = once(() => valuesAfter(sources));
  return await mapLimited(wanted, READS_AT_A_TIME, (one) => withLeftoversOf(sources, one, live, values));
}

async function withLeftoversOf(
  sources: LeftoverSources,
  one: WantedResource,
  found: LiveResources,
  values: () => Promise<SecretValues>,
): Promise<WantedResource> {
  const { resource, variants } = one;
  const live = found.get(resource.id.toLowerCase());
  if (live === undefined || live === 'unreadable' || !isWithSecrets(resource)) return one;
  const outputs = outputsBeside(sources);
  const { applied } = recordedOwnership(sources.state, resource);
  const leftovers = await findLeftovers(sources.azure, {
    ...{ config: sources.config, desired: resource, live, applied, outputs, values },
  });
  const decided = decideLeftovers(leftovers);
  const doubtful = leftovers.doubtful.flatMap(({ path, secrets }) =>
    secrets.map((secret): SecretVariable => ({ path, secret, secretRef: secretRef(secret) })),
  );
  const all = { ...decided, variables: [...decided.variables, ...doubtful] };
  const applyTo = (desired: StepResource, step?: StepName): StepResource =>
    withLeftovers(desired, step === STORING ? decided : all, addresses(outputsBeside(sources, step)));
  // What is in doubt is not in every variant, so that it is told as known later.
  const others = doubtful.length > 0 && !variants.has(STORING) ? [...variants, [STORING, resource] as const] : variants;
  return {
    ...one,
    resource: applyTo(resource),
    variants: new Map([...others].map(([step, variant]) => [step, applyTo(variant, step)] as const)),
  };
}

function isWithSecrets({ kind }: DesiredResource): boolean {
  return WITH_SECRETS.includes(kind.type);
}

function addresses(outputs: OutputReader): (secret: string) => string {
  return (secret) => outputs.read('secret', secret);
}

async function valuesAfter(sources: LeftoverSources): Promise<SecretValues> {
  const { azure, config, secrets, renewed, state } = sources;
  const vaultUri = outputsBeside(sources).read('vaultUri');
  const vault = URL.canParse(vaultUri) ? azure.vault(vaultUri) : undefined;
  const isRenewed = (name: string): boolean => {
    const output = `secret.${name}`;
    return renewed.has(outputName({ step: STORING, output })) || state.steps[STORING]?.outputs[output] === undefined;
  };
  return await foreseenValues(config, secrets, vault, isRenewed);
}
