import { createResourceGroup } from './create-resource-group.ts';
import type { Definition } from './definition.ts';

export const createKeyVault = {
  name: 'create_key_vault',
  number: 5,
  title: 'Create key vault',
  makes: 'vault, its roles',
  dependsOn: [createResourceGroup.name],
  configKeys: ['keyVault', 'locations.keyVault'],
  outputs: ['vaultId', 'vaultUri'],
  typicalSeconds: 45,
} as const satisfies Definition;
