import { configureEnvironmentVariables } from './configure-environment-variables.ts';
import type { Definition } from './definition.ts';

export const verifyDeployment = {
  name: 'verify_deployment',
  number: 14,
  title: 'Verify deployment',
  makes: 'traffic for revisions that are healthy; the addresses; names with their certificates',
  dependsOn: [configureEnvironmentVariables.name],
  configKeys: ['networking'],
  outputs: ['swagger'],
  // Where each external service answers, and under which names of its own.
  families: { address: 'address', domain: 'domain' },
  typicalSeconds: 15,
  inRollback: true,
  verifies: true,
  movesTraffic: true,
} as const satisfies Definition;
