import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import { given } from './containers.ts';
import type { LiveResource, Reading } from './live.ts';

/** A resource with its children, as one of its section's keys are made of. */
export interface Found {
  readonly resource: LiveResource;
  readonly body: Reading;
  readonly children: readonly { readonly resource: LiveResource; readonly body: Reading }[];
}

/** Of one section: its resources by type, and what its keys are. */
type SectionReader = (found: Found) => JsonObject;

export const SECTION_READERS: Readonly<Record<string, { readonly key: string; readonly read: SectionReader }>> = {
  'microsoft.operationalinsights/workspaces': {
    key: 'monitoring',
    read: ({ resource }) => ({ log_workspace: resource.name }),
  },
  'microsoft.insights/components': { key: 'monitoring', read: ({ resource }) => ({ app_insights: resource.name }) },
  'microsoft.containerregistry/registries': {
    key: 'container_registry',
    read: ({ resource, body }) => ({
      name: resource.name,
      ...given('sku', body.text('sku.name')),
      ...networkRules(body, 'properties.networkRuleSet'),
    }),
  },
  'microsoft.keyvault/vaults': {
    key: 'key_vault',
    read: ({ resource, body }) => ({ name: resource.name, ...networkRules(body, 'properties.networkAcls') }),
  },
  'microsoft.dbforpostgresql/flexibleservers': { key: 'postgresql', read: postgresql },
  'microsoft.cache/redis': { key: 'redis', read: classicRedis },
  'microsoft.cache/redisenterprise': {
    key: 'redis',
    // The size is told by those of the classic kind, and stays as it is where nothing of it is said.
    read: ({ resource }) => ({ name: resource.name, kind: 'managed' }),
  },
  'microsoft.storage/storageaccounts': { key: 'storage', read: storage },
  'microsoft.app/managedenvironments': {
    key: 'container_apps',
    read: ({ resource, body }) => ({
      environment_name: resource.name,
      ...given('subnet', body.text('properties.vnetConfiguration.infrastructureSubnetId')),
    }),
  },
};

/** Azure's notations of "nobody asked for it" are no rules. */
function networkRules(body: Reading, path: string): JsonObject {
  const action = body.text(`${path}.defaultAction`)?.toLowerCase();
  const rules = body.take(`${path}.ipRules`);
  const addresses = (Array.isArray(rules) ? rules.filter(isJsonObject) : []).map((one) => String(one.value ?? ''));
  const bypass = body.text(`${path}.bypass`);
  if (action !== 'deny' && addresses.length === 0) return {};
  return {
    network_rules: {
      ...given('default_action', action),
      ...(addresses.length > 0 && { ip_rules: addresses }),
      ...(bypass !== undefined && { bypass: bypass === 'None' ? 'none' : 'azure_services' }),
    },
  };
}

/** Those that every server has: https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-servers */
const OF_THE_SERVER = ['azure_maintenance', 'azure_sys', 'postgres', 'flexibleserverdb'];

function rangeOf(rule: JsonObject): { readonly start: string; readonly end: string } {
  const at = (key: string): string => scalarText(jsonAt(rule, `properties.${key}`));
  return { start: at('startIpAddress'), end: at('endIpAddress') };
}

/** One for the services of Azure, which is made by itself, or for all the world, which is nobody's wish. */
function isOpen(rule: JsonObject): boolean {
  return rangeOf(rule).start === '0.0.0.0';
}

/** Whether a resource is a rule by which the world reaches a server. */
export function opensToTheWorld({ type, body }: LiveResource): boolean {
  return type.toLowerCase().endsWith('/firewallrules') && isOpen(body) && rangeOf(body).end !== '0.0.0.0';
}

function postgresql({ resource, body, children }: Found): JsonObject {
  const named = (type: string) => children.filter((one) => one.resource.type.toLowerCase().endsWith(type));
  const [first, ...others] = named('/databases')
    .map((one) => one.resource.name)
    .filter((name) => !OF_THE_SERVER.includes(name));
  const rules = named('/firewallrules').flatMap(({ resource: { name, body: rule } }): [string, Json][] => {
    const { start, end } = rangeOf(rule);
    return start === '' || isOpen(rule) ? [] : [[name, { start, end }]];
  });
  return {
    server_name: resource.name,
    ...given('database_name', first),
    ...(others.length > 0 && { databases: others }),
    ...given('admin_user', body.text('properties.administratorLogin')),
    ...given('sku', body.text('sku.name')),
    ...given('tier', body.text('sku.tier')),
    ...given('version', body.text('properties.version')),
    ...given('storage_size', body.number('properties.storage.storageSizeGB')),
    ...given('zone', body.text('properties.availabilityZone')),
    ...highAvailability(body),
    ...given('backup_retention_days', body.number('properties.backup.backupRetentionDays')),
    ...(body.text('properties.backup.geoRedundantBackup') === 'Enabled' && { geo_redundant_backup: true }),
    ...(body.text('properties.network.publicNetworkAccess') === 'Disabled' && { public_access: false }),
    ...(body.text('properties.authConfig.activeDirectoryAuth') === 'Enabled' && { entra_authentication: true }),
    ...(rules.length > 0 && { firewall_rules: Object.fromEntries(rules) }),
  };
}

const MODES: Readonly<Record<string, string>> = { SameZone: 'same_zone', ZoneRedundant: 'zone_redundant' };

function highAvailability(body: Reading): JsonObject {
  const mode = MODES[body.text('properties.highAvailability.mode') ?? ''];
  const zone = body.text('properties.highAvailability.standbyAvailabilityZone');
  if (mode === undefined) return {};
  return { high_availability: mode, ...(mode === 'zone_redundant' && given('standby_zone', zone)) };
}

function classicRedis({ resource, body }: Found): JsonObject {
  const [family = 'C', capacity = 0] = [body.text('properties.sku.family'), body.number('properties.sku.capacity')];
  return {
    name: resource.name,
    ...given('sku', body.text('properties.sku.name')),
    vm_size: `${family.toLowerCase()}${capacity}`,
    kind: 'classic',
    ...(body.text('properties.publicNetworkAccess') === 'Disabled' && { public_access: false }),
  };
}

function storage({ resource, body, children }: Found): JsonObject {
  const named = (type: string) => children.filter((one) => one.resource.type.toLowerCase().endsWith(type));
  const names = (type: string): string[] => named(type).map((one) => one.resource.name);
  const shares = named('/shares').map(({ resource: { name }, body: share }): [string, Json] => [
    name,
    {
      ...given('quota', share.number('properties.shareQuota')),
      ...(share.text('properties.enabledProtocols') === 'NFS' && { protocol: 'nfs' }),
    },
  ]);
  const [containers, queues] = [names('/containers'), names('/queues')];
  return {
    account: resource.name,
    ...given('sku', body.text('sku.name')),
    ...(containers.length > 0 && { containers }),
    ...(queues.length > 0 && { queues }),
    ...(shares.length > 0 && { shares: Object.fromEntries(shares) }),
  };
}
