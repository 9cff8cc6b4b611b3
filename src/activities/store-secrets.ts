import type { VaultSecret } from '../azure/ports.ts';
import type { DeploymentConfig, SecretSetting } from '../domain/config/model.ts';
import { HMAC_KEY_NAME, SecretName } from '../domain/config/secrets.ts';
import { nameOf } from '../domain/ids.ts';
import { recordedOutput, symbolicOutputs } from '../domain/outputs.ts';
import { resolvedAsText } from '../domain/references/references.ts';
import { type ComposedKind, type ComposedSecret, composedOf, rabbitMq } from '../domain/sections/composed-secrets.ts';
import { hasSection } from '../domain/sections/sections.ts';
import type { Output } from '../domain/steps.ts';
import { settleAll } from '../engine/settle.ts';
import type { Due, FactSources, Facts, Step, StepContext } from '../engine/step.ts';
import { isWaiting, untilAll, type Waiting } from '../engine/waiting/waiting.ts';
import { databaseUrl, rabbitmqUrl, redisUrl, storageConnectionString } from '../secrets/connection-strings.ts';
import { applyPostgresPassword, passwordMark } from '../secrets/postgres-password.ts';
import { databasePassword, randomSecret } from '../secrets/random-secret.ts';
import { readRedisKey } from '../secrets/redis-key.ts';
import { referencedSecrets, referencedValue, watchedName, watchedSecrets } from '../secrets/resource-secrets.ts';
import { secretHmacs } from '../secrets/secret-hmacs.ts';
import { storedSettings } from '../secrets/secret-settings.ts';
import { currentStorageKey, readStorageKey } from '../secrets/storage-key.ts';
import { type Stored, type VaultSecrets, vaultSecrets } from '../secrets/vault-secrets.ts';
import { UserError } from '../shared/errors.ts';

const POSTGRES_PASSWORD = SecretName.postgresPassword;

/** Secrets by the name under which the configuration speaks of them. */
type StoredSecrets = ReadonlyMap<string, VaultSecret>;

/** Step 7: every secret of the deployment in the vault, and the database's password on the server. */
export const storeSecrets: Step = {
  name: 'store_secrets',
  // No ARM resources: a vault's secrets are no part of its group.
  desire: () => [],
  derives: referencedSecrets,
  facts,
  // The step itself makes the key of the keyed hashes.
  lateFacts: facts,
  renews,
  troubles: unstored,

  async headStart(context) {
    const secrets = secretsOf(context);
    // What is made of references may be made of what is not there yet.
    const settings = Object.entries(storedSettings(context.config)).filter(([, { source }]) => source !== 'reference');
    const basic = await storeBasic(context, secrets, Object.fromEntries(settings));
    if (isWaiting(basic)) return basic;
    const applying = await applyPassword(context, basic.stored);
    return applying ?? { kind: 'completed', outputs: outputsOf(basic.stored) };
  },

  async run(context) {
    const secrets = secretsOf(context);

    // Observe, ensure: what is generated is generated once, what is given is written where it differs.
    const basic = await storeBasic(context, secrets, storedSettings(context.config));
    if (isWaiting(basic)) return basic;

    // Sync: the server gets the vault's password, once; the connection strings follow from both.
    const applying = await applyPassword(context, basic.stored);
    if (applying) return applying;
    const composed = await storeAll(await composedSecrets(context, secrets, basic.stored));
    if (isWaiting(composed)) return composed;

    // Check: every secret has a version that an app can refer to.
    const password = passwordIn(context, basic.stored);
    return {
      kind: 'completed',
      outputs: outputsOf([...basic.stored, ...composed.stored]),
      metadata: { ...(password && !context.looksOnly && { postgresPassword: passwordMark(context, password) }) },
    };
  },
};

function secretsOf(context: StepContext): VaultSecrets {
  return vaultSecrets(context, context.azure.vault(context.outputs.read('vaultUri')));
}

/** What is made of nothing else that this step makes. */
async function storeBasic(
  context: StepContext,
  secrets: VaultSecrets,
  settings: Readonly<Record<string, SecretSetting>>,
): ReturnType<typeof storeAll> {
  const values = givenValues(context, settings);
  return await storeAll([
    [HMAC_KEY_NAME, () => secrets.keep(HMAC_KEY_NAME, randomSecret)],
    ...Object.entries(settings).map(
      ([name, setting]) => [name, () => store(context, secrets, { name, setting, value: values.get(name) })] as const,
    ),
  ]);
}

/** @returns undefined when the server has it, or there is none */
async function applyPassword(context: StepContext, stored: StoredSecrets): Promise<Waiting | undefined> {
  const password = passwordIn(context, stored);
  return password && (await applyPostgresPassword(context, password, appliedBefore(context)));
}

function passwordIn({ config }: StepContext, stored: StoredSecrets): VaultSecret | undefined {
  return hasSection(config, 'postgresql') ? secretOf(stored, POSTGRES_PASSWORD) : undefined;
}

/** The key of the keyed hashes is nobody else's. */
function outputsOf(stored: Iterable<readonly [string, VaultSecret]>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...stored].flatMap(([name, { id }]) => (name === HMAC_KEY_NAME ? [] : [[`secret.${name}`, id]])),
  );
}

/** One that was changed by hand is not to be seen, so a forced step sets it whatever the state says. */
function appliedBefore({ reason, previous }: StepContext): unknown {
  return reason.forced ? undefined : previous?.metadata.postgresPassword;
}

const OF_STORAGE = new RegExp(`^(?:output:.*\\.storage|secret:${SecretName.storageKey}$)`);

/** What each composed secret is made of, by the names of dependencies. */
const MADE_OF: Readonly<Record<ComposedKind, RegExp>> = {
  database: /^(?:config:postgresql\.(?:databaseName|adminUser)$|output:.*\.postgres)/,
  redis: /^output:.*\.redis/,
  rabbitmq: /^config:services\.infrastructure/,
  storageKey: OF_STORAGE,
  storage: OF_STORAGE,
};
const ALL_ANEW = /^output:.*\.vault/;
const FURTHER_DATABASES = 'config:postgresql.databases';

/** Secrets whose value, or where it comes from, changed; those that are composed of what did; all in another vault. */
function renews({ changed }: Due, config: DeploymentConfig): readonly Output[] {
  const isOf = (name: string): boolean =>
    changed.some(
      (one) =>
        [name, watchedName(name)].some((same) => one === `secret:${same}`) || one.startsWith(`config:secrets.${name}.`),
    ) || outputsBehind(config, name).some((one) => changed.includes(one));
  const isAnew = changed.some((one) => ALL_ANEW.test(one));
  const rabbit = rabbitMq(config)?.passwordName;
  const given = Object.keys(storedSettings(config)).filter((name) => isAnew || isOf(name));
  const parts: Readonly<Partial<Record<ComposedKind, string>>> = {
    database: POSTGRES_PASSWORD,
    ...(rabbit !== undefined && { rabbitmq: rabbit }),
  };
  const composed = composedOf(config).flatMap(({ kind, name, database }) => {
    const { [kind]: part } = parts;
    const isMadeAnew = changed.some(
      (one) => MADE_OF[kind].test(one) || (database !== undefined && one === FURTHER_DATABASES),
    );
    return isAnew || isMadeAnew || isOf(name) || (part !== undefined && given.includes(part)) ? [name] : [];
  });
  return [...new Set([...given, ...composed])].map((name) => ['secret', name]);
}

/** One that is made up is made for who reads it: a service may begin to. */
async function unstored({ config, state }: FactSources): Promise<readonly string[]> {
  const missing = Object.keys(storedSettings(config)).filter(
    (name) => recordedOutput(state, 'secret', name) === undefined,
  );
  return missing.map((name) => `the secret ${name} is not stored yet`);
}

/** Of a secret that is made of references: the outputs that these read, by the names of dependencies. */
function outputsBehind(config: DeploymentConfig, name: string): readonly string[] {
  const { [name]: setting } = config.secrets;
  if (setting?.source !== 'reference') return [];
  const { reader, consumed } = symbolicOutputs();
  resolvedAsText(setting.text, { environment: '', config, outputs: reader });
  return consumed().map(({ step, output }) => `output:${step}.${output}`);
}

/** Keyed hashes of the values that are given from outside, and of the key that Azure keeps of the storage account. */
async function facts(sources: FactSources): Promise<Facts> {
  const { azure, config, state, secrets } = sources;
  const vaultUri = recordedOutput(state, 'vaultUri');
  if (vaultUri === undefined) return {};
  const hmacs = await secretHmacs(azure.vault(vaultUri), config, secrets, async (): Promise<Facts> => {
    const key = await currentStorageKey(sources);
    return { ...(key !== undefined && { [SecretName.storageKey]: key }), ...(await watchedSecrets(sources)) };
  });
  return Object.fromEntries(Object.entries(hmacs ?? {}).map(([name, hmac]) => [`secret:${name}`, hmac]));
}

/** @throws UserError `secret_missing` naming every value that this process was not given */
function givenValues(
  context: StepContext,
  settings: Readonly<Record<string, SecretSetting>>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    if (setting.source !== 'literal' && setting.source !== 'environment') continue;
    const [value, place] =
      setting.source === 'literal'
        ? [context.secrets.literal(setting.path), setting.path]
        : [context.secrets.environment(setting.variable), `environment variable ${setting.variable}`];
    if (value === undefined || value === '') missing.push(`${name} (${place})`);
    else values.set(name, value);
  }
  if (missing.length === 0) return values;
  throw new UserError(`No value was given for ${missing.join(', ')}.`, {
    code: 'secret_missing',
    hint: 'Secrets are not stored with a run: give them to the process that deploys.',
  });
}

interface Wanted {
  readonly name: string;
  readonly setting: SecretSetting;
  /** Given from outside; without, the value is generated. */
  readonly value: string | undefined;
}

async function store(context: StepContext, secrets: VaultSecrets, { name, setting, value }: Wanted): Promise<Stored> {
  if (setting.source === 'vault') return await mustExist(secrets, setting.name);
  if (setting.source === 'reference') {
    const referenced = await referencedValue(context, setting.text);
    return typeof referenced === 'string' ? await secrets.put(name, referenced) : referenced;
  }
  if (value !== undefined) return await secrets.put(name, value);
  const { adminUser } = context.config.postgresql;
  return await secrets.keep(name, name === POSTGRES_PASSWORD ? () => databasePassword(adminUser) : randomSecret);
}

async function mustExist(secrets: VaultSecrets, name: string): Promise<Stored> {
  const found = await secrets.read(name);
  if (isWaiting(found)) return found;
  if (found.secret) return { kind: 'stored', secret: found.secret };
  throw new UserError(`The vault has no secret ${name}, to which the configuration refers as keyvault:${name}.`, {
    code: 'secret_not_in_vault',
    hint: 'Put it into the vault, then start the deployment again.',
  });
}

type Storing = readonly [name: string, store: () => Promise<Stored>];

async function composedSecrets(
  context: StepContext,
  secrets: VaultSecrets,
  stored: StoredSecrets,
): Promise<readonly Storing[]> {
  const made = composedOf(context.config).map(async (composed): Promise<Storing> => {
    const value = await compose(context, composed, stored);
    return [composed.name, () => secrets.put(composed.name, value)];
  });
  return await settleAll(made);
}

async function compose(
  context: StepContext,
  { kind, database }: ComposedSecret,
  stored: StoredSecrets,
): Promise<string> {
  const { config, outputs } = context;
  if (kind === 'database') {
    return databaseUrl({
      // States of before the login was remembered have servers of the configured one.
      user: recordedOutput(context.state, 'postgresUser') ?? config.postgresql.adminUser,
      password: secretOf(stored, POSTGRES_PASSWORD).value,
      host: outputs.read('postgresHost'),
      database: database ?? config.postgresql.databaseName,
    });
  }
  if (kind === 'storageKey' || kind === 'storage') return await composeStorage(context, kind);
  if (kind === 'redis') {
    const key = await readRedisKey(context);
    return redisUrl({ key, host: outputs.read('redisHost'), port: outputs.read('redisPort') });
  }
  const rabbit = rabbitMq(config);
  if (!rabbit) throw new Error('there is no RabbitMQ');
  return rabbitmqUrl(rabbit, secretOf(stored, rabbit.passwordName).value);
}

async function composeStorage({ azure, outputs }: StepContext, kind: 'storageKey' | 'storage'): Promise<string> {
  const id = outputs.read('storageId');
  const key = await readStorageKey(azure.arm, id);
  if (kind === 'storageKey') return key;
  return storageConnectionString({ account: nameOf(id), key, suffix: azure.cloud.storageSuffix });
}

/** Every one is tried before a failure is thrown: a secret that was written is not written again. */
async function storeAll(
  work: readonly Storing[],
): Promise<{ readonly kind: 'all'; readonly stored: StoredSecrets } | Waiting> {
  const results = await settleAll(work.map(async ([name, store]) => [name, await store()] as const));
  const waits = results.map(([, result]) => result).filter(isWaiting);
  if (waits.length > 0) return untilAll(waits);
  return {
    kind: 'all',
    stored: new Map(results.flatMap(([name, result]) => (isWaiting(result) ? [] : [[name, result.secret] as const]))),
  };
}

function secretOf(stored: StoredSecrets, name: string): VaultSecret {
  const found = stored.get(name);
  if (!found) throw new Error(`no secret ${name} was stored`);
  return found;
}
