import type { ResourceManagementClient } from '@azure/arm-resources';
import { scalarText } from '../shared/json.ts';
import type { ArmConnection } from './arm.ts';
import { clientOptions } from './client-options.ts';
import { managementTerms } from './client-terms.ts';
import { readPrincipal } from './credentials.ts';
import { errorOfException, errorOfSdk } from './errors.ts';
import type { Arm, ResourceManager } from './ports.ts';

const SUBSCRIPTIONS_VERSION = '2022-12-01';
/** https://learn.microsoft.com/rest/api/resources/resources/list-by-resource-group */
const RESOURCES_VERSION = '2025-04-01';

/** Subscriptions and generic lists, which every run asks for, and providers on @azure/arm-resources. */
export function createResourceManager(connection: ArmConnection, arm: Arm): ResourceManager {
  const clients = new Map<string, Promise<ResourceManagementClient>>();

  /** Loaded when it is first needed: it is the largest part of a cold start. */
  function client(subscriptionId: string): Promise<ResourceManagementClient> {
    const known = clients.get(subscriptionId);
    if (known) return known;
    const { credential, cloud, transport } = connection;
    const created = import('@azure/arm-resources').then(
      ({ ResourceManagementClient }) =>
        new ResourceManagementClient(credential, subscriptionId, {
          endpoint: cloud.resourceManager,
          ...clientOptions(transport, managementTerms(cloud)),
        }),
    );
    clients.set(subscriptionId, created);
    return created;
  }

  return {
    principal: () => readPrincipal(connection.credential, connection.cloud),

    async subscriptions() {
      const found = await arm.list('/subscriptions', SUBSCRIPTIONS_VERSION);
      return found.map(({ subscriptionId, displayName, state }) => ({
        id: scalarText(subscriptionId),
        displayName: scalarText(displayName),
        state: scalarText(state),
      }));
    },

    providerState: (subscriptionId, namespace) =>
      asAzureError(
        async () => (await (await client(subscriptionId)).providers.get(namespace)).registrationState ?? 'Unknown',
      ),

    registerProvider: (subscriptionId, namespace) =>
      asAzureError(async () => {
        await (await client(subscriptionId)).providers.register(namespace);
      }),

    async listGroup(subscriptionId, resourceGroup, expand) {
      try {
        const group = `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(resourceGroup)}`;
        return await arm.list(`${group}/resources`, RESOURCES_VERSION, expand === undefined ? {} : { $expand: expand });
      } catch (error) {
        const known = errorOfException(error);
        if (known.statusCode === 404) return undefined;
        throw known;
      }
    },
  };
}

export async function asAzureError<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw errorOfSdk(error);
  }
}
