import type { DeploymentConfig, SecretSetting } from '../domain/config/model.ts';
import type { ImageUser } from '../domain/config/workloads.ts';
import { recordedOutput, stepLeaving } from '../domain/outputs.ts';
import type { FactSources, Facts, StepContext } from '../engine/step.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { UserError } from '../shared/errors.ts';
import { givenSecrets, secretHmacs } from './secret-hmacs.ts';

/** Vault and databases are made beside the images; both are there long before. */
const KEY_LIMIT_IN_SECONDS = 3600;
const KEPT_BY = stepLeaving('secret');

/** What the builds are given that nobody may see: keyed hashes of it, by the names of dependencies. */
export async function buildSecretFacts(
  { azure, state, secrets }: Pick<FactSources, 'azure' | 'state' | 'secrets'>,
  config: DeploymentConfig,
  services: readonly ImageUser[],
): Promise<Facts> {
  const used = settingsOf(config, services);
  const vaultUri = recordedOutput(state, 'vaultUri');
  if (vaultUri === undefined || Object.keys(used).length === 0) return {};
  const hmacs = await secretHmacs(azure.vault(vaultUri), { secrets: used }, secrets);
  return Object.fromEntries(Object.entries(hmacs ?? {}).map(([name, hmac]) => [`secret:${name}`, hmac]));
}

/** Names of the secrets in the vault that the build of a service is given. */
export function secretsOfBuild({ build }: Pick<ImageUser, 'build'>): readonly string[] {
  return Object.values(build?.secrets ?? {});
}

export interface BuildSecrets {
  readonly kind: 'known';
  /** Keyed hashes by the ids that the Dockerfile mounts. */
  readonly marks: Readonly<Record<string, string>>;
  /** Values by the same ids, in memory only. */
  values(): Promise<Readonly<Record<string, string>>>;
}

/**
 * The secrets of a build, once the key of the keyed hashes is in the vault, which another step makes.
 * @throws UserError `secret_missing` naming what this process was not given, or when that step failed
 */
export async function buildSecrets(context: StepContext, service: ImageUser): Promise<BuildSecrets | Waiting> {
  const ids = Object.entries(service.build?.secrets ?? {});
  if (ids.length === 0) return { kind: 'known', marks: {}, values: async () => ({}) };
  const settings = settingsOf(context.config, [service]);
  const hmacs = await untilReady(context, `build-secrets:${service.key}`, async () => {
    const vaultUri = recordedOutput(context.state, 'vaultUri');
    const found =
      vaultUri === undefined
        ? undefined
        : await secretHmacs(context.azure.vault(vaultUri), { secrets: settings }, context.secrets);
    if (found) return { kind: 'found' as const, found };
    requireKeeper(context, service);
    return notReady<{ readonly kind: 'found'; readonly found: Readonly<Record<string, string>> }>({
      on: `the vault, for the secrets of the build of ${service.name}`,
      limitInSeconds: KEY_LIMIT_IN_SECONDS,
      whenOver: () => {
        throw noKey(service);
      },
    });
  });
  if (isWaiting(hmacs)) return hmacs;
  const missing = ids.filter(([, name]) => hmacs.found[name] === undefined).map(([, name]) => name);
  if (missing.length > 0) {
    throw new UserError(`No value was given for ${missing.join(', ')}, which the build of ${service.name} needs.`, {
      code: 'secret_missing',
      hint: 'Secrets are not stored with a run: give them to the process that deploys, or put them into the vault.',
    });
  }
  return {
    kind: 'known',
    marks: Object.fromEntries(ids.map(([id, name]) => [id, hmacs.found[name] ?? ''])),
    async values() {
      const vault = context.azure.vault(recordedOutput(context.state, 'vaultUri') ?? '');
      const given = await givenSecrets(vault, { secrets: settings }, context.secrets);
      requireWritable(given, service);
      return Object.fromEntries(ids.map(([id, name]) => [id, given[name] ?? '']));
    },
  };
}

/** Nobody waits for what cannot come any more. */
function requireKeeper({ state, runId }: StepContext, service: ImageUser): void {
  const keeper = state.steps[KEPT_BY];
  if (keeper?.status === 'failed' && keeper.run_id === runId) throw noKey(service);
}

/** ACR's builder writes them with a here-document that ends so: see `hereDocumentText` of the request. */
const END_OF_DOCUMENT = /^EOL$/m;

function requireWritable(given: Readonly<Record<string, string>>, { name }: ImageUser): void {
  const [secret] = Object.entries(given).find(([, value]) => END_OF_DOCUMENT.test(value)) ?? [];
  if (secret === undefined) return;
  throw new UserError(`The secret ${secret} has a line "EOL", at which the builder of ${name} would cut it off.`, {
    code: 'secret_unusable',
    hint: 'Give it in another form, such as base64, and decode it in the Dockerfile.',
  });
}

function noKey({ name }: ImageUser): UserError {
  return new UserError(
    `The build of ${name} is given secrets, and the vault, in which their key lies, cannot be read.`,
    {
      code: 'secret_missing',
      hint: `See what ${KEPT_BY} says; the build goes on once it has stored the secrets.`,
    },
  );
}

function settingsOf(
  { secrets }: DeploymentConfig,
  services: readonly ImageUser[],
): Readonly<Record<string, SecretSetting>> {
  const names = services.flatMap(secretsOfBuild);
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => names.includes(name)));
}
