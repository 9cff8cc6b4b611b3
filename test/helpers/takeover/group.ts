import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { customDomainVerificationId } from '../../../src/simulator/issued-key.ts';
import type { Push, RegistryContent } from '../../../src/simulator/registry/content.ts';
import { unknownImage } from '../../../src/simulator/registry/image.ts';
import type { CloudState, StoredResource } from '../../../src/simulator/store.ts';

export interface GroupResource {
  readonly id: string;
  readonly type: string;
  readonly body: JsonObject;
}

export interface GroupRevision {
  readonly suffix: string;
  readonly active: boolean;
  readonly template: JsonObject;
}

/** What somebody deployed by other means than ours, and the configuration with which it is to be taken over. */
export interface Group {
  readonly resources: readonly GroupResource[];
  /** Vault → secret → value. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of every database server. */
  readonly password: string;
  /** App → its revisions, the oldest first; an app that is not named has one, with the template of its body. */
  readonly revisions: Readonly<Record<string, readonly GroupRevision[]>>;
  /** Text of the configuration file. */
  readonly config: string;
  /** Text of the state file; null: there is none. */
  readonly state: string | null;
}

/** Of the registry's admin user, as apps have it. */
const ADMIN_PASSWORD = 'fakepw';

/** Before any clock that a test may have. */
export const MADE_AT = '2024-06-01T09:00:00.000Z';

/** The simulated cloud in which a group exists as it is, and which tells outages. */
export function cloudOf(group: Group, behaviour: Partial<CloudState['behaviour']> = {}): Partial<CloudState> {
  const { resources } = group;
  const [, subscriptionId = ''] = /^\/subscriptions\/([^/]+)\//.exec(resources[0]?.id ?? '') ?? [];
  const vaults = ofGroupType(resources, 'Microsoft.KeyVault/vaults');
  const vault = vaults[0]?.body ?? {};
  return {
    version: 1,
    subscriptionId,
    signingKey: SIGNING_KEY,
    dns: { records: proofsOfDomains(resources, subscriptionId), undelegated: [] },
    tenantId: String(jsonAt(vault, 'properties.tenantId')),
    deployerId: DEPLOYER,
    providers: Object.fromEntries(resources.map(({ type }) => [type.split('/')[0]?.toLowerCase() ?? '', MADE_AT])),
    resources: Object.fromEntries(resources.map((one) => [one.id.toLowerCase(), stored(one, group)])),
    secrets: Object.fromEntries(vaults.map(({ id }) => [id.toLowerCase(), secretsOf(group.secrets[lastOf(id)] ?? {})])),
    registries: Object.fromEntries(
      ofGroupType(resources, 'Microsoft.ContainerRegistry/registries').map(({ id, body }) => [
        id.toLowerCase(),
        content(group, String(jsonAt(body, 'properties.loginServer'))),
      ]),
    ),
    behaviour: { tellsOutages: true, ...behaviour } as CloudState['behaviour'],
  };
}

const SIGNING_KEY = '5'.repeat(64);

/** With each write of an app Azure looks for the proof of its names again. */
function proofsOfDomains(resources: readonly GroupResource[], subscriptionId: string): CloudState['dns']['records'] {
  const data = customDomainVerificationId({ signingKey: SIGNING_KEY, subscriptionId });
  return ofGroupType(resources, 'Microsoft.App/containerApps').flatMap(({ body }) => {
    const domains = jsonAt(body, 'properties.configuration.ingress.customDomains');
    const names = Array.isArray(domains) ? domains.filter(isJsonObject).map(({ name }) => String(name)) : [];
    return names.map((name) => ({ name: `asuid.${name}`, type: 'TXT' as const, ttl: 300, data }));
  });
}

/** Who ran the original script: it gave itself the rights on the vault. */
export const DEPLOYER = '80b0d202-15ca-499c-9ba1-d97a592e4fab';

function ofGroupType(resources: readonly GroupResource[], type: string): readonly GroupResource[] {
  return resources.filter((one) => one.type.toLowerCase() === type.toLowerCase());
}

export function lastOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function secretsOf(values: Readonly<Record<string, string>>): CloudState['secrets'][string] {
  const made = Date.parse(MADE_AT) / 1000;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.toLowerCase(),
      {
        name,
        versions: [
          {
            version: secretVersion(name),
            value,
            tags: {},
            attributes: { enabled: true, created: made, updated: made },
          },
        ],
      },
    ]),
  ) as CloudState['secrets'][string];
}

/** The one version that each secret has. */
export function secretVersion(name: string): string {
  return createHash('md5').update(name).digest('hex');
}

function stored({ id, type, body }: GroupResource, group: Group): StoredResource {
  return {
    id,
    name: lastOf(id),
    type,
    body,
    extra: extraOf(type, body, id, group),
    createdAt: MADE_AT,
    updatedAt: MADE_AT,
  };
}

/** What Azure keeps beside a body: outputs that outlast every write, a password, revisions. */
function extraOf(type: string, body: JsonObject, id: string, group: Group): JsonObject {
  const outputs = (...names: readonly string[]): JsonObject => ({
    outputs: Object.fromEntries(names.map((name) => [name, jsonAt(body, `properties.${name}`) ?? null])),
  });
  switch (type) {
    case 'Microsoft.OperationalInsights/workspaces':
      return outputs('customerId', 'createdDate');
    case 'Microsoft.Insights/components':
      return outputs('AppId', 'ApplicationId', 'InstrumentationKey', 'ConnectionString');
    case 'Microsoft.ContainerRegistry/registries':
      return { ...outputs('loginServer', 'creationDate'), keys: { password: ADMIN_PASSWORD } };
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
        password: group.password,
        passwordSetAt: MADE_AT,
      };
    case 'Microsoft.Cache/redisEnterprise':
      return outputs('hostName', 'resourceState', 'redisVersion');
    case 'Microsoft.Cache/redisEnterprise/databases':
      return { keys: { primaryKey: 'managedkey1234567890', secondaryKey: 'managedkey0987654321' } };
    case 'Microsoft.ManagedIdentity/userAssignedIdentities':
      return outputs('principalId', 'clientId', 'tenantId');
    case 'Microsoft.App/containerApps':
      return { app: { revisions: revisionsOf(id, body, group) } };
    default:
      return {};
  }
}

/** Healthy since they were made, an hour after each other. */
function revisionsOf(id: string, body: JsonObject, group: Group): JsonObject[] {
  const name = lastOf(id);
  const template = jsonAt(body, 'properties.template');
  const only = { suffix: '5zj2t4y', active: true, template: isJsonObject(template) ? template : {} };
  const all = group.revisions[name] ?? [only];
  const isBuilt = pushesOf(group).some(({ repository }) => repository === name);
  return all.map(({ suffix, active, template }, index) => {
    const at = new Date(Date.parse(MADE_AT) - (all.length - 1 - index) * 3_600_000).toISOString();
    return {
      name: `${name}--${suffix}`,
      createdAt: at,
      provisionedAt: at,
      startedAt: at,
      active,
      template,
      behaviours: [unknownImage as unknown as JsonObject],
      digests: [isBuilt ? digestOf(name) : null],
    };
  });
}

function content(group: Group, loginServer: string): RegistryContent {
  return { loginServer, runs: [], pushes: [...pushesOf(group)] };
}

/** The images that were built on a laptop and pushed as `latest`. */
function pushesOf({ resources }: Group): readonly Push[] {
  const images = JSON.stringify(resources).matchAll(/\.azurecr\.io\/([a-z-]+):latest/g);
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
