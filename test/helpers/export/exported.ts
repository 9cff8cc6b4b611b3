import { readFile } from 'node:fs/promises';
import { exportInput } from '../../../src/cli/export/wanted.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { type OutputReader, outputReference, symbolicOutputs } from '../../../src/domain/outputs.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import type { ExportInput } from '../../../src/export/export-input.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import type { TemplateWorld } from '../templates/deploy-template.ts';

const SUBSCRIPTION = '6f0e2b4c-57ab-4a59-9cf9-8d1f0c3a7e21';
const IDS = { tenant: '11111111-1111-4111-8111-111111111111', deployer: '22222222-2222-4222-8222-222222222222' };

/** What everything answers of itself, by hand: the templates ask for it, and the state has it as outputs. */
const ANSWERS: Readonly<Record<string, JsonObject>> = {
  'Microsoft.ManagedIdentity/userAssignedIdentities': {
    principalId: '33333333-3333-4333-8333-333333333333',
    clientId: '44444444-4444-4444-8444-444444444444',
  },
  'Microsoft.ContainerRegistry/registries': { loginServer: 'shop.azurecr.io' },
  'Microsoft.KeyVault/vaults': { vaultUri: 'https://shop-kv.vault.azure.net/' },
  'Microsoft.DBforPostgreSQL/flexibleServers': {
    fullyQualifiedDomainName: 'shop-pg.postgres.database.azure.com',
    administratorLogin: 'shop',
  },
  'Microsoft.Cache/redisEnterprise': { hostName: 'shop.westeurope.redis.azure.net' },
  'Microsoft.Storage/storageAccounts': {
    primaryEndpoints: {
      blob: 'https://shop.blob.core.windows.net/',
      queue: 'https://shop.queue.core.windows.net/',
      file: 'https://shop.file.core.windows.net/',
      table: 'https://shop.table.core.windows.net/',
    },
  },
  'Microsoft.Insights/components': { ConnectionString: 'InstrumentationKey=55555555', InstrumentationKey: '55555555' },
  'Microsoft.Web/sites': { defaultHostName: 'app.azurewebsites.net' },
  'Microsoft.App/managedEnvironments': {
    defaultDomain: 'calm-sea-1234.westeurope.azurecontainerapps.io',
    staticIp: '203.0.113.9',
    customDomainConfiguration: { customDomainVerificationId: 'ABCDEF' },
  },
  'Microsoft.ServiceBus/namespaces': { serviceBusEndpoint: 'https://shop-messages.servicebus.windows.net:443/' },
};

export const WORLD: TemplateWorld = {
  ...{ subscription: SUBSCRIPTION, tenant: IDS.tenant, deployer: IDS.deployer },
  answers: (type) => ANSWERS[type] ?? {},
};

const OUTPUTS: Readonly<Record<string, string>> = {
  subscriptionId: SUBSCRIPTION,
  tenantId: IDS.tenant,
  principalId: IDS.deployer,
  principalType: 'ServicePrincipal',
  identityPrincipalId: '33333333-3333-4333-8333-333333333333',
  identityClientId: '44444444-4444-4444-8444-444444444444',
  loginServer: 'shop.azurecr.io',
  vaultUri: 'https://shop-kv.vault.azure.net/',
  postgresHost: 'shop-pg.postgres.database.azure.com',
  postgresUser: 'shop',
  redisHost: 'shop.westeurope.redis.azure.net',
  redisPort: '10000',
  redisKind: 'managed',
  storageBlobEndpoint: 'https://shop.blob.core.windows.net/',
  storageQueueEndpoint: 'https://shop.queue.core.windows.net/',
  storageFileEndpoint: 'https://shop.file.core.windows.net/',
  defaultDomain: 'calm-sea-1234.westeurope.azurecontainerapps.io',
  staticIp: '203.0.113.9',
  domainVerificationId: 'ABCDEF',
};

const RESOURCE_OUTPUTS: Readonly<Record<string, string>> = {
  resourceGroupId: 'resource-group',
  identityId: 'identity',
  workspaceId: 'workspace',
  appInsightsId: 'app-insights',
  registryId: 'registry',
  vaultId: 'key-vault',
  postgresServerId: 'postgresql',
  redisId: 'redis',
  storageId: 'storage',
  environmentId: 'environment',
};

export async function fileText(path: string): Promise<string> {
  return await readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

/** An environment that was never deployed. */
export function planned(text: string): ExportInput {
  const result = parseConfig(text, { allowUnknownKeys: false, variables: () => undefined });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { config } = result.parsed;
  return exportInput({ environment: 'default', config, state: emptyState('default') });
}

/** The same once it is deployed. */
export function deployed(text: string): ExportInput {
  return asDeployed(planned(text));
}

/** With a value for every output, and a record of everything. */
export function asDeployed(input: ExportInput): ExportInput {
  const { reader, consumed } = symbolicOutputs();
  input.wanted(reader);
  const values = new Map<string, string>();
  const outputs: OutputReader = { read: (...output) => values.get(outputReference(output).output) ?? '' };
  const steps: EnvironmentState['steps'] = {};
  const record = (): void => {
    const resources = new Map(input.wanted(outputs).map((one) => [one.key, one.id]));
    for (const { step, output } of [...consumed(), ...ALWAYS]) {
      const value = OUTPUTS[output] ?? resources.get(RESOURCE_OUTPUTS[output] ?? '') ?? familyValue(input, output);
      values.set(output, value);
      const before = steps[step] ?? { ...COMPLETED, outputs: {} };
      steps[step] = { ...before, outputs: { ...before.outputs, [output]: value } };
    }
  };
  // The second time ids have ids in them.
  record();
  record();
  const resources = Object.fromEntries(
    input
      .wanted(outputs)
      .map(({ key, id, kind, step }) => [key, { id, type: kind.type, step, holds_data: false, immutable: {} }]),
  );
  return { ...input, state: { ...input.state, steps, resources } };
}

const ALWAYS = [
  { step: 'check_prerequisites', output: 'subscriptionId' },
  { step: 'create_key_vault', output: 'vaultUri' },
  { step: 'create_key_vault', output: 'vaultId' },
] as const;
const COMPLETED = { status: 'completed', timestamp: '', dependency_hash: '', dependencies: {}, metadata: {} } as const;

function familyValue({ config }: ExportInput, output: string): string {
  const [family, name = ''] = output.split(/\.(.*)/s);
  if (family === 'image') return `shop.azurecr.io/${name}@sha256:${'ab'.repeat(32)}`;
  if (family === 'secret') return `https://shop-kv.vault.azure.net/secrets/${name}/0123456789abcdef`;
  const [key = '', asked = ''] = name.split('.');
  const { type = '', outputs = {} } = config.resources?.[key] ?? {};
  return String(jsonAt({ properties: ANSWERS[type] ?? {} }, outputs[asked] ?? '') ?? output);
}

/** Everything that it wants, as a plan has it. */
export function wantedBodies({ state, wanted }: ExportInput) {
  const read: OutputReader['read'] = (...output) => {
    const reference = outputReference(output);
    return state.steps[reference.step]?.outputs[reference.output] ?? `\${${reference.step}.${reference.output}}`;
  };
  return wanted({ read })
    .filter(({ asFound }) => !asFound)
    .map(({ id, kind, body }) => ({ id, type: kind.type, apiVersion: kind.apiVersion, body }));
}
