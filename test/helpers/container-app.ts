import { appProblem } from '../../src/simulator/container-apps/app-rules.ts';
import type { ManagedEnvironment, Workload } from '../../src/simulator/container-apps/model.ts';

export const identity =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';
export const environment: ManagedEnvironment = {
  id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.App/managedEnvironments/cae-demo',
  location: 'West Europe',
  properties: {
    provisioningState: 'Succeeded',
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
  },
};

export type Properties = NonNullable<Workload['properties']>;
export type Changes = {
  [Key in 'configuration' | 'template']?: Partial<NonNullable<Properties[Key]>>;
} & { container?: object; workloadProfileName?: string; environmentId?: string; identity?: Workload['identity'] };

export function app(changes: Changes = {}): Workload {
  return {
    location: 'westeurope',
    identity: changes.identity ?? { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    properties: {
      environmentId: changes.environmentId ?? environment.id,
      workloadProfileName: changes.workloadProfileName ?? 'Consumption',
      configuration: {
        ingress: { external: true, targetPort: 3000 },
        registries: [{ server: 'crdemo.azurecr.io', identity }],
        secrets: [{ name: 'db-url', keyVaultUrl: 'https://kv-demo.vault.azure.net/secrets/db-url/0123abcd', identity }],
        ...changes.configuration,
      },
      template: {
        containers: [
          {
            name: 'app',
            image: 'crdemo.azurecr.io/app:1',
            resources: { cpu: 0.5, memory: '1Gi' },
            env: [{ name: 'DB_URL', secretRef: 'db-url' }],
            ...changes.container,
          },
        ],
        ...changes.template,
      },
    },
  };
}

export function code(
  workload: Workload,
  name = 'api',
  env: ManagedEnvironment | undefined = environment,
): string | undefined {
  return appProblem(name, workload, env, ['api--one'])?.code;
}
