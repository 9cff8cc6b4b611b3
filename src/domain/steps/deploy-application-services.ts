import type { Definition } from './definition.ts';
import { runMigrations } from './run-migrations.ts';
import { storeSecrets } from './store-secrets.ts';

export const deployApplicationServices = {
  name: 'deploy_application_services',
  number: 11,
  title: 'Deploy application services',
  makes: 'one revision, without traffic, for each application service that changed, and the jobs beside them',
  dependsOn: [runMigrations.name],
  configKeys: ['services.application', 'networking', 'jobs'],
  // The revision of each service, and the address of its app.
  families: { app: 'app', fqdn: 'fqdn' },
  typicalSeconds: 25,
  inRollback: true,
  // Its apps read versions of secrets, and a secret that is put back has a new one.
  joinsRepairOf: [storeSecrets.name],
} as const satisfies Definition;
