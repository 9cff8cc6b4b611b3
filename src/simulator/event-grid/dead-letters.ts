import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import { isAllowed } from '../storage/blobs/blob-access.ts';
import { blobsOf, writeBlob } from '../storage/blobs/blob-content.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import type { EventDelivery } from './event.ts';

/**
 * Puts an event that could not be delivered into the container of its subscription, if that names one: with a key of the account, or
 * with the identity of `deadLetterWithResourceIdentity`, which needs the role (https://learn.microsoft.com/azure/event-grid/manage-event-delivery,
 * …/managed-service-identity). What cannot be put there is lost, as on Azure.
 */
export function keepDeadLetter(
  world: World,
  subscription: StoredResource,
  delivery: EventDelivery,
  reason: string,
): void {
  const { deadLetterDestination, deadLetterWithResourceIdentity: withIdentity } = propertiesOf(subscription.body);
  const destination = isJsonObject(withIdentity) ? withIdentity.deadLetterDestination : deadLetterDestination;
  if (!isJsonObject(destination)) return;
  const { resourceId, blobContainerName } = propertiesOf(destination);
  const account = world.resource(String(resourceId));
  const container = String(blobContainerName);
  const blobs = account && blobsOf(world, account.id, container);
  if (!account || !blobs) return;
  const mayWrite = isJsonObject(withIdentity)
    ? isAllowed(world, account, principalOf(world, withIdentity), { container, on: 'blobs', verb: 'write' })
    : propertiesOf(account.body).allowSharedKeyAccess !== false;
  if (!mayWrite) return;
  const at = new Date(world.now());
  const hour = at.toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');
  const topic = subscription.id.split('/').at(-3) ?? '';
  const content = [
    {
      ...delivery.event,
      deadLetterReason: reason,
      deliveryAttempts: delivery.attempts,
      publishTime: new Date(delivery.publishedAt).toISOString(),
    },
  ];
  writeBlob(blobs, `${topic}/${subscription.name}/${hour}/${randomUUID()}.json`, Buffer.from(JSON.stringify(content)), {
    type: 'BlockBlob',
    contentType: 'application/json',
    metadata: {},
  });
}

/** Of a user-assigned identity; those that systems assign are not simulated. */
function principalOf(world: World, withIdentity: JsonObject): string {
  const id = jsonAt(withIdentity, 'identity.userAssignedIdentity');
  return String(propertiesOf(world.resource(String(id))?.body ?? {}).principalId);
}
