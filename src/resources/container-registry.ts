import type { NetworkRules } from '../domain/config/model-choices.ts';
import { decimal } from '../domain/cost/decimal.ts';
import type { CostInput, Meter, MeterUse } from '../domain/cost/meter.ts';
import { daysOf, product, use } from '../domain/cost/quantity.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { type JsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { CHECK_NAME_AVAILABILITY } from './columns/name-availability.ts';
import { ownPage } from './columns/portal.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import { PULLERS_BY_PASSWORD } from './columns/registry-pullers.ts';
import type { ResourceKind } from './kind.ts';

export const CONTAINER_REGISTRY: ResourceKind<'Microsoft.ContainerRegistry/registries'> = {
  type: 'Microsoft.ContainerRegistry/registries',
  apiVersion: '2025-11-01',
  provider: 'Microsoft.ContainerRegistry',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.containerRegistry,
  uniqueName: CHECK_NAME_AVAILABILITY,
  availability: [OFFERED_IN_REGION],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location'],
  createOnly: [],
  settings: {
    location: 'locations.container_registry',
    'sku.name': 'container_registry.sku',
    'properties.networkRuleSet.defaultAction': 'container_registry.network_rules.default_action',
    'properties.networkRuleSet.ipRules': 'container_registry.network_rules.ip_rules',
    'properties.networkRuleBypassOptions': 'container_registry.network_rules.bypass',
  },
  // Apps of somebody else's making may pull by its password.
  late: { 'properties.adminUserEnabled': 'admin user' },
  invariants: {
    // https://azure.github.io/PSRule.Rules.Azure/en/rules/Azure.ACR.AdminUser/
    'properties.adminUserEnabled': 'anybody with the password can pull and push, and nobody can tell who did',
    'properties.roleAssignmentMode': 'the roles by which the applications pull do not count',
  },
  dependents: { 'properties.adminUserEnabled': PULLERS_BY_PASSWORD },
  defaults: [],
  computed: ['tags'],
  timeoutInSeconds: 600,
  address: 'properties.loginServer',
  deletion: { how: 'request', softDeleted: null },
  cost: registryCost,
  portalPage: ownPage,
};

export function containerRegistry(input: DesireInput): DesiredResource<typeof CONTAINER_REGISTRY> {
  const { name, sku, networkRules } = input.config.containerRegistry;
  return {
    kind: CONTAINER_REGISTRY,
    key: 'registry',
    title: `container registry ${name}`,
    id: resourceId(input, CONTAINER_REGISTRY.type, name),
    body: {
      location: input.config.locations.containerRegistry,
      tags: resourceTags(input),
      sku: { name: sku },
      properties: {
        adminUserEnabled: false,
        // Explicit: AcrPull is not honoured in the mode that becomes the default
        // (https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions).
        roleAssignmentMode: 'LegacyRegistryPermissions',
        ...(networkRules && network(networkRules)),
      },
    },
  };
}

/** https://learn.microsoft.com/rest/api/containerregistry/registries/create, NetworkRuleSet: the default action is required. */
function network({ defaultAction = 'Allow', ipRules, bypass }: NetworkRules): JsonObject {
  const rules = ipRules?.map((value) => ({ action: 'Allow', value }));
  return {
    networkRuleSet: { defaultAction, ...(rules && { ipRules: rules }) },
    ...(bypass && { networkRuleBypassOptions: bypass }),
  };
}

/** https://learn.microsoft.com/azure/container-registry/container-registry-skus#service-tier-features-and-limits */
const INCLUDED_GB: Readonly<Record<string, number>> = { Basic: 10, Standard: 100, Premium: 500 };
/** Of an agent of quick builds: https://learn.microsoft.com/azure/container-registry/container-registry-tasks-pools */
const BUILD_CPUS = 2;

/** Copies of a Premium registry in other regions are charged as it is. */
function registryCost({ body, assumptions }: CostInput): readonly MeterUse[] {
  const { imagesGb, buildMinutes } = assumptions;
  const sku = scalarText(jsonAt(body, 'sku.name'), 'Basic');
  const meter = (name: string, unit: string): Meter => ({
    service: 'Container Registry',
    product: 'Container Registry',
    sku,
    name,
    unit,
  });
  const beyond = Math.max(0, imagesGb - (INCLUDED_GB[sku] ?? 0));
  return [
    use('fixed', `registry ${sku}`, meter(`${sku} Registry Unit`, '1/Day'), daysOf(assumptions)),
    ...(beyond > 0
      ? [use('use', 'images beyond what is included', meter('Data Stored', '1 GB/Month'), decimal(beyond))]
      : []),
    use('use', 'builds', meter('Task vCPU Duration', '1 Second'), product(buildMinutes, 60, BUILD_CPUS)),
  ];
}
