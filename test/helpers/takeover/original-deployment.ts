import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import type { Push, RegistryContent } from '../../../src/simulator/registry/content.ts';
import { unknownImage } from '../../../src/simulator/registry/image.ts';
import type { CloudState, StoredResource } from '../../../src/simulator/store.ts';
import { copyExample, createSandbox, type Sandbox } from '../cli.ts';

interface OriginalResource {
  readonly id: string;
  readonly type: string;
  readonly body: JsonObject;
}

const RESOURCES = new URL('../../fixtures/original-deployment/resources.json', import.meta.url);
const STATE = new URL('../../fixtures/original-deployment/state.json', import.meta.url);
const TEMPLATE = new URL('../../fixtures/configs/draftgenie.template.yaml', import.meta.url);

/** Before any clock that a test may have. */
export const MADE_AT = '2024-06-01T09:00:00.000Z';
/** Where the template has it. */
const STATE_FILE = '.azure-deployment-state.json';
const CONFIG_FILE = 'app/takeover.yaml';
export const CLOUD_FILE = '.draftgenie-deploy/simulator/cloud.json';

/** As the applications have them in their variables, and the state in clear. */
export const SECRETS = {
  'GEMINI-API-KEY': 'gem-key-000111',
  'JWT-SECRET': 'qV9_2ZA1B9nAu9X1916Zb9NpTy04xjAj5efMgp8rZxE',
  'RABBITMQ-PASSWORD': 'ElUaWqbJXoZPJE3xBReQibyQ*iiUCHV5',
  'POSTGRES-PASSWORD': '!H%u#05*9la@#vJ4m$3Oh%$GI2jp7RoT',
  'DATABASE-URL':
    'postgresql://draftgenieadmind1b5e8:!H%u#05*9la@#vJ4m$3Oh%$GI2jp7RoT@draftgenie-postgres.postgres.database.azure.com:5432/draftgenie?sslmode=require',
  'REDIS-URL': 'rediss://:classickey1234567890@draftgenie-redis.redis.cache.windows.net:6380',
} as const;

/** Secrets that no deployment has a reason to write again; the addresses are composed anew, with what they hold encoded. */
export const KEPT_SECRETS = ['GEMINI-API-KEY', 'JWT-SECRET', 'RABBITMQ-PASSWORD', 'POSTGRES-PASSWORD'] as const;

export interface Takeover {
  readonly sandbox: Sandbox;
  /** `--config … --simulate --simulator-profile instant`. */
  readonly simulate: readonly string[];
  /** The resources that were there before, by lower-case id. */
  readonly originals: ReadonlySet<string>;
  /** The state file as the original script left it. */
  readonly originalState: string;
  cloud(): Promise<CloudState>;
}

/**
 * The example application's sources, today's users' configuration, and a cloud in which the original script has deployed them.
 *
 * @param directory where; by default one that goes with the test
 * @param change of the configuration's text
 * @param behaviour of the cloud
 */
export async function originalDeployment({
  directory,
  change = (config) => config,
  behaviour = {},
}: {
  readonly directory?: string;
  readonly change?: (config: string) => string;
  readonly behaviour?: Partial<CloudState['behaviour']>;
} = {}): Promise<Takeover> {
  if (directory !== undefined) await copyExample(directory);
  const sandbox = await createSandbox(directory);
  const originals = JSON.parse(await readFile(RESOURCES, 'utf8')) as readonly OriginalResource[];
  const originalState = await readFile(STATE, 'utf8');
  await sandbox.write(CONFIG_FILE, change(await usersConfig()));
  await sandbox.write(STATE_FILE, originalState);
  const file = join(sandbox.directory, CLOUD_FILE);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(cloudOf(originals, behaviour)));
  return {
    sandbox,
    simulate: ['--config', CONFIG_FILE, '--simulate', '--simulator-profile', 'instant'],
    originals: new Set(originals.map(({ id }) => id.toLowerCase())),
    originalState,
    cloud: async () => JSON.parse(await sandbox.read(CLOUD_FILE)) as CloudState,
  };
}

/** The template with what its users had to fill in. */
async function usersConfig(): Promise<string> {
  const template = await readFile(TEMPLATE, 'utf8');
  return template
    .replace('gemini_api_key: ""', `gemini_api_key: "${SECRETS['GEMINI-API-KEY']}"`)
    .replace('  sku: "Standard_B1ms"\n', '  sku: "Standard_B1ms"\n  postgres_sku: "Standard_B1ms"\n');
}

function cloudOf(
  originals: readonly OriginalResource[],
  behaviour: Partial<CloudState['behaviour']>,
): Partial<CloudState> {
  const [, subscriptionId = ''] = /^\/subscriptions\/([^/]+)\//.exec(originals[0]?.id ?? '') ?? [];
  const vault = named(originals, 'Microsoft.KeyVault/vaults');
  const registry = named(originals, 'Microsoft.ContainerRegistry/registries');
  const made = Date.parse(MADE_AT) / 1000;
  const secrets = Object.entries(SECRETS).map(([name, value]) => [
    name.toLowerCase(),
    {
      name,
      versions: [
        {
          version: createHash('md5').update(name).digest('hex'),
          value,
          tags: {},
          attributes: { enabled: true, created: made, updated: made },
        },
      ],
    },
  ]);
  return {
    version: 1,
    subscriptionId,
    tenantId: String(jsonAt(vault.body, 'properties.tenantId')),
    deployerId: policyHolder(vault.body),
    providers: Object.fromEntries(originals.map(({ type }) => [type.split('/')[0]?.toLowerCase() ?? '', MADE_AT])),
    resources: Object.fromEntries(originals.map((one) => [one.id.toLowerCase(), stored(one, originals)])),
    secrets: { [vault.id.toLowerCase()]: Object.fromEntries(secrets) as CloudState['secrets'][string] },
    registries: {
      [registry.id.toLowerCase()]: content(originals, String(jsonAt(registry.body, 'properties.loginServer'))),
    },
    behaviour: { tellsOutages: true, ...behaviour } as CloudState['behaviour'],
  };
}

function named(originals: readonly OriginalResource[], type: string): OriginalResource {
  const found = originals.find((one) => one.type === type);
  if (!found) throw new Error(`the original deployment has no ${type}`);
  return found;
}

/** Who ran the original script: it gave itself the rights on the vault. */
function policyHolder(vault: JsonObject): string {
  const policies = jsonAt(vault, 'properties.accessPolicies');
  const [policy] = Array.isArray(policies) ? policies.filter(isJsonObject) : [];
  return String(policy?.objectId);
}

function stored({ id, type, body }: OriginalResource, originals: readonly OriginalResource[]): StoredResource {
  return {
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    type,
    body,
    extra: extraOf(type, body, id, originals),
    createdAt: MADE_AT,
    updatedAt: MADE_AT,
  };
}

/** What Azure keeps beside a body: outputs that outlast every write, a password, revisions. */
function extraOf(type: string, body: JsonObject, id: string, originals: readonly OriginalResource[]): JsonObject {
  const outputs = (...names: readonly string[]): JsonObject => ({
    outputs: Object.fromEntries(names.map((name) => [name, jsonAt(body, `properties.${name}`) ?? null])),
  });
  switch (type) {
    case 'Microsoft.OperationalInsights/workspaces':
      return outputs('customerId', 'createdDate');
    case 'Microsoft.Insights/components':
      return outputs('AppId', 'ApplicationId', 'InstrumentationKey', 'ConnectionString');
    case 'Microsoft.ContainerRegistry/registries':
      return outputs('loginServer', 'creationDate');
    case 'Microsoft.KeyVault/vaults':
      return outputs('vaultUri');
    case 'Microsoft.App/managedEnvironments':
      return outputs(
        'defaultDomain',
        'staticIp',
        'customDomainConfiguration',
        'eventStreamEndpoint',
        'kedaConfiguration',
        'daprConfiguration',
      );
    case 'Microsoft.DBforPostgreSQL/flexibleServers':
      return {
        ...outputs('fullyQualifiedDomainName', 'state', 'minorVersion'),
        password: SECRETS['POSTGRES-PASSWORD'],
        passwordSetAt: MADE_AT,
      };
    case 'Microsoft.App/containerApps':
      return { app: { revisions: [revision(id, body, originals)] } };
    default:
      return {};
  }
}

/** The one revision that each app has: healthy since it was made. */
function revision(id: string, body: JsonObject, originals: readonly OriginalResource[]): JsonObject {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const isBuilt = pushesOf(originals).some(({ repository }) => repository === name);
  return {
    name: `${name}--5zj2t4y`,
    createdAt: MADE_AT,
    provisionedAt: MADE_AT,
    startedAt: MADE_AT,
    active: true,
    template: jsonAt(body, 'properties.template') ?? {},
    behaviours: [unknownImage as unknown as JsonObject],
    digests: [isBuilt ? digestOf(name) : null],
  };
}

function content(originals: readonly OriginalResource[], loginServer: string): RegistryContent {
  return { loginServer, runs: [], pushes: [...pushesOf(originals)] };
}

/** The images that were built on a laptop and pushed as `latest`. */
function pushesOf(originals: readonly OriginalResource[]): readonly Push[] {
  const images = JSON.stringify(originals).matchAll(/\.azurecr\.io\/([a-z-]+):latest/g);
  return [...new Set([...images].map(([, repository = '']) => repository))].map((repository) => ({
    repository,
    tag: 'latest',
    digest: digestOf(repository),
    pushedAt: MADE_AT,
    behaviour: unknownImage,
  }));
}

function digestOf(repository: string): string {
  return `sha256:${createHash('sha256').update(repository).digest('hex')}`;
}
