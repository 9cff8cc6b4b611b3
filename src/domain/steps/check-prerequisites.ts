import type { Definition } from './definition.ts';

export const checkPrerequisites = {
  name: 'check_prerequisites',
  number: 1,
  title: 'Check prerequisites',
  makes: 'nothing: checks credential, providers, permissions, names, regions, sources',
  dependsOn: [],
  configKeys: ['azure.subscriptionId'],
  outputs: ['subscriptionId', 'tenantId', 'principalId', 'principalType'],
  typicalSeconds: 5,
} as const satisfies Definition;
