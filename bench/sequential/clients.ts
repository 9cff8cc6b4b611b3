import { ContainerAppsAPIClient } from '@azure/arm-appcontainers';
import { ResourceManagementClient } from '@azure/arm-resources';
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient, PipelinePolicy } from '@azure/core-rest-pipeline';
import { getClient } from '@azure-rest/core-client';
import { cloudEndpoints } from '../../src/azure/clouds.ts';
import { clientSecretCredential } from '../../src/azure/credentials.ts';
import type { SimulatorProcess } from '../../src/cli/simulator-process.ts';
import { createTransport } from '../../src/outbound/transport.ts';

/** The SDK's clients as their documentation makes them, but that the socket ends at the simulator. */
export interface Clients {
  readonly credential: TokenCredential;
  readonly transport: HttpClient;
  readonly resources: ResourceManagementClient;
  readonly apps: ContainerAppsAPIClient;
  /** For what has no SDK of its own: POST and GET of any path. */
  readonly rest: ReturnType<typeof getClient>;
}

export async function createClients(simulator: SimulatorProcess): Promise<Clients> {
  const transport = createTransport({ connectTo: simulator });
  const endpoint = cloudEndpoints('AzureCloud');
  const credential = await clientSecretCredential(simulator, endpoint, transport);
  const options = {
    httpClient: transport,
    additionalPolicies: [{ policy: exactRetryAfter, position: 'perCall' as const }],
  };
  return {
    credential,
    transport,
    resources: new ResourceManagementClient(credential, simulator.subscriptionId, options),
    apps: new ContainerAppsAPIClient(credential, simulator.subscriptionId, { ...options, apiVersion: '2026-01-01' }),
    rest: getClient(endpoint.resourceManager, credential, {
      ...options,
      credentials: { scopes: [`${endpoint.resourceManager}/.default`] },
    }),
  };
}

/**
 * The pollers of @azure/core-lro read `Retry-After` alone, in whole seconds or as a date. At many times the speed of Azure a second
 * is a long time, so they get the milliseconds of `x-ms-retry-after-ms` as a date: the script shall not lose by rounding.
 */
const exactRetryAfter: PipelinePolicy = {
  name: 'exactRetryAfter',
  async sendRequest(request, next) {
    const response = await next(request);
    const milliseconds = Number(response.headers.get('x-ms-retry-after-ms') ?? Number.NaN);
    if (response.status < 400 && milliseconds > 0) {
      response.headers.set('retry-after', new Date(Date.now() + milliseconds).toISOString());
    }
    return response;
  },
};
