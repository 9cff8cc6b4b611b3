/** The version of the management API that each resource type is read, written and deleted with. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  'microsoft.resources/resourcegroups': '2025-04-01',
  'microsoft.operationalinsights/workspaces': '2026-03-01',
  'microsoft.insights/components': '2020-02-02',
  'microsoft.insights/diagnosticsettings': '2021-05-01-preview',
  'microsoft.containerregistry/registries': '2025-11-01',
  'microsoft.keyvault/vaults': '2026-02-01',
  'microsoft.dbforpostgresql/flexibleservers': '2025-08-01',
  'microsoft.dbforpostgresql/flexibleservers/databases': '2025-08-01',
  'microsoft.dbforpostgresql/flexibleservers/firewallrules': '2025-08-01',
  'microsoft.dbforpostgresql/flexibleservers/configurations': '2025-08-01',
  'microsoft.cache/redis': '2024-11-01',
  'microsoft.cache/redisenterprise': '2025-07-01',
  'microsoft.cache/redisenterprise/databases': '2025-07-01',
  'microsoft.managedidentity/userassignedidentities': '2024-11-30',
  'microsoft.authorization/roleassignments': '2022-04-01',
  'microsoft.app/managedenvironments': '2026-01-01',
  'microsoft.app/containerapps': '2026-01-01',
  'microsoft.app/jobs': '2026-01-01',
};

export function apiVersionOf(type: string): string {
  const version = API_VERSIONS[type.toLowerCase()];
  if (!version) throw new Error(`no API version is known for ${type}`);
  return version;
}
