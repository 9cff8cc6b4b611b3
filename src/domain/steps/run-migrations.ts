import { buildAndPushImages } from './build-and-push-images.ts';
import type { Definition } from './definition.ts';
import { deployInfrastructureServices } from './deploy-infrastructure-services.ts';
import { storeSecrets } from './store-secrets.ts';

export const runMigrations = {
  name: 'run_migrations',
  number: 13,
  title: 'Run migrations',
  makes: 'a Container Apps job for each service with a migration; before the new code starts',
  dependsOn: [buildAndPushImages.name, deployInfrastructureServices.name],
  configKeys: ['deployment.skipMigrations'],
  // What stands for the migration that was done last.
  families: { migration: 'migration' },
  typicalSeconds: 45,
  // Its jobs read versions of secrets, and a secret that is put back has a new one.
  joinsRepairOf: [storeSecrets.name],
} as const satisfies Definition;
