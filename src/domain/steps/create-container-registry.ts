import { createResourceGroup } from './create-resource-group.ts';
import type { Definition } from './definition.ts';

export const createContainerRegistry = {
  name: 'create_container_registry',
  number: 4,
  title: 'Create container registry',
  makes: 'registry, its roles',
  dependsOn: [createResourceGroup.name],
  configKeys: ['containerRegistry', 'locations.containerRegistry'],
  // An incarnation names the run that made a resource: it changes when a resource was deleted and made anew, empty.
  outputs: ['registryId', 'loginServer', 'registryIncarnation'],
  typicalSeconds: 20,
} as const satisfies Definition;
