import { createContainerAppsEnv } from './create-container-apps-env.ts';
import type { Definition } from './definition.ts';
import { storeSecrets } from './store-secrets.ts';

export const deployInfrastructureServices = {
  name: 'deploy_infrastructure_services',
  number: 10,
  title: 'Deploy infrastructure services',
  makes:
    'mounts of file shares; RabbitMQ, Qdrant: every service with an `image` that is no application; resources of any type, and templates, that need what is there by then',
  dependsOn: [storeSecrets.name, createContainerAppsEnv.name],
  // A broker needs its password, and neither the database nor its address.
  headStart: { dependsOn: [createContainerAppsEnv.name], follows: [storeSecrets.name] },
  configKeys: ['services.infrastructure'],
  // The revision of each service, and the address of its app.
  families: {
    infrastructureApp: 'app',
    infrastructureFqdn: 'fqdn',
    // Of resources of any type that need the environment, or a secret, or what else is there only then.
    lateResource: 'resource',
    lateResourceMade: 'resource_made',
  },
  typicalSeconds: 25,
  inRollback: true,
  // Its apps read versions of secrets, and a secret that is put back has a new one.
  joinsRepairOf: [storeSecrets.name],
} as const satisfies Definition;
