import { v5 } from 'uuid';
import type { DesireInput } from './desired.ts';

/** Namespace of the names we derive; any constant does. */
const NAMESPACE = '8f1d2c56-3a94-5e0b-9c77-51b6de0a4f13';

/** `/subscriptions/…` of the run. */
export function subscriptionId({ outputs }: Pick<DesireInput, 'outputs'>): string {
  return `/subscriptions/${outputs.read('subscriptionId')}`;
}

export function resourceGroupId(input: DesireInput): string {
  return `${subscriptionId(input)}/resourceGroups/${input.config.azure.resourceGroup}`;
}

/** The id of a resource of the deployment's group. @param type e.g. `Microsoft.KeyVault/vaults` */
export function resourceId(input: DesireInput, type: string, name: string): string {
  return `${resourceGroupId(input)}/providers/${type}/${name}`;
}

/** The same parts give the same GUID, so that a repeated PUT is the same PUT. */
export function derivedGuid(...parts: readonly string[]): string {
  return v5(parts.map((part) => part.toLowerCase()).join('|'), NAMESPACE);
}

/** `Microsoft.KeyVault` of `Microsoft.KeyVault/vaults`. */
export function namespaceOf(type: string): string {
  return type.slice(0, type.indexOf('/'));
}

/** The resource group in which it is, as an id; of a group its own, and of what is of the subscription itself that. */
export function groupOf(id: string): string {
  return id
    .split('/')
    .slice(0, isInGroup(id) ? 5 : 3)
    .join('/');
}

function isInGroup(id: string): boolean {
  return id.split('/')[3]?.toLowerCase() === 'resourcegroups';
}

/** Whether it is the id of a container registry, in whatever subscription. */
export function isRegistryId(id: string): boolean {
  return /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerRegistry\/registries\/[A-Za-z0-9]+$/i.test(
    id,
  );
}

/** Whether it is of something else, as grants and locks are; no list of a group shows those. */
export function isExtension(id: string): boolean {
  return id.split('/providers/').length > 2 || !isInGroup(id);
}

/** The last part of an id. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** The type of the resource of an id, e.g. `Microsoft.App/jobs`; an extension counts by its own. */
export function typeOf(id: string): string {
  const [group = '', ...providers] = id.split(/\/providers\//i);
  const own = providers.at(-1);
  if (own === undefined) return /\/resourceGroups\/[^/]+$/i.test(group) ? 'Microsoft.Resources/resourceGroups' : '';
  const [namespace = '', ...rest] = own.split('/');
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
}

/** Whether the resource lies below the other one, and goes when that is deleted. */
export function isBelow(id: string, other: string): boolean {
  return id.toLowerCase().startsWith(`${other.toLowerCase()}/`);
}
