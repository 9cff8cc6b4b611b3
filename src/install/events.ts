import { UPLOAD_CONTAINER, UPLOAD_FUNCTION } from '../domain/api/uploads.ts';
import type { InstallOptions } from './options.ts';
import { NO_DATA, type Resources } from './resource.ts';

const EVENT_GRID_VERSION = '2025-02-15';
const DAY_IN_MINUTES = 24 * 60;

/**
 * Uploads reach the app as events, at the webhook of its blob trigger, whose key the host makes once it knows the function:
 * https://learn.microsoft.com/azure/azure-functions/functions-event-grid-blob-trigger#build-the-endpoint-url
 */
export function uploadEvents({ name }: InstallOptions): Resources {
  return {
    events: {
      type: 'Microsoft.EventGrid/systemTopics',
      api_version: EVENT_GRID_VERSION,
      name: `${name}-events`,
      ...NO_DATA,
      body: {
        properties: { source: '${{resources.storage.id}}', topicType: 'Microsoft.Storage.StorageAccounts' },
      },
    },
    uploads: {
      type: 'Microsoft.EventGrid/systemTopics/eventSubscriptions',
      api_version: EVENT_GRID_VERSION,
      parent: 'events',
      name: 'uploads',
      ...NO_DATA,
      read_only: ['properties.destination.properties.endpointBaseUrl'],
      body: {
        properties: {
          destination: {
            endpointType: 'WebHook',
            properties: {
              endpointUrl: `https://\${{resources.app.outputs.host}}/runtime/webhooks/blobs?functionName=Host.Functions.${UPLOAD_FUNCTION}&code=\${{secrets.blobs_extension}}`,
            },
          },
          filter: {
            includedEventTypes: ['Microsoft.Storage.BlobCreated'],
            subjectBeginsWith: `/blobServices/default/containers/${UPLOAD_CONTAINER}/`,
          },
          eventDeliverySchema: 'EventGridSchema',
          retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: DAY_IN_MINUTES },
        },
      },
    },
  };
}
