import type { ResourceManagementClient } from '@azure/arm-resources';
import type { ArmConnection } from './arm.ts';
import { clientOptions } from './client-options.ts';
import { readPrincipal } from './credentials.ts';
import { errorOfException } from './errors.ts';
import type { Arm, ArmResource, ResourceManager } from './ports.ts';

const SUBSCRIPTIONS_VERSION = '2022-12-01';

/** Subscriptions, providers and generic lists, on @azure/arm-resources. */
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
          ...clientOptions(transport),
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
        id: String(subscriptionId),
        displayName: String(displayName ?? ''),
        state: String(state ?? ''),
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

    async listGroup(subscriptionId, resourceGroup) {
      try {
        const items: ArmResource[] = [];
        for await (const item of (await client(subscriptionId)).resources.listByResourceGroup(resourceGroup)) {
          const { id = '', type = '', location = '', tags = {} } = item;
          items.push({ id, type, location, tags });
        }
        return items;
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
    throw errorOfException(error);
  }
}
