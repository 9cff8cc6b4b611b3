import { isJsonObject, type JsonObject, jsonAt } from '../../../shared/json.ts';
import { ok } from '../../arm/message.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { EVENT_GRID_VERSIONS, EVENT_SUBSCRIPTION } from './names.ts';

/**
 * Who gets events of a system topic: a webhook, which must want them when the subscription is written. Its address may hold a key and is
 * told by `getFullUrl` alone. https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topic-event-subscriptions
 */
export const eventSubscription: ResourceType = {
  type: EVENT_SUBSCRIPTION,
  apiVersions: EVENT_GRID_VERSIONS,
  name: /^[A-Za-z0-9-]{3,64}$/,
  listed: false,
  withoutLocation: true,
  style: 'status',
  seconds: { create: 5, update: 5, delete: 3 },
  writeOnly: ['properties.destination.properties.endpointUrl'],
  check: ({ body, sent }) => destinationProblem(sent) ?? extentProblem(propertiesOf(body)),
  apply({ resource, sent }) {
    const url = jsonAt(sent, 'properties.destination.properties.endpointUrl');
    if (typeof url === 'string') resource.extra.endpointUrl = url;
    return undefined;
  },
  begun: (operation, resource, world) => world.listeners.subscriptionBegun?.(resource.id, operation),
  defaults: ({ id }) => ({
    properties: {
      topic: id.split('/').slice(0, -2).join('/'),
      eventDeliverySchema: 'EventGridSchema',
      labels: [],
      filter: { subjectBeginsWith: '', subjectEndsWith: '' },
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
    },
  }),
  view: ({ body, extra }) => {
    const destination = propertiesOf(body).destination;
    const properties = isJsonObject(destination) ? propertiesOf(destination) : {};
    const endpointBaseUrl = String(extra.endpointUrl ?? '').split('?')[0] ?? '';
    return {
      properties: {
        destination: {
          ...(isJsonObject(destination) ? destination : {}),
          properties: { ...properties, endpointBaseUrl },
        },
      },
    };
  },
  handle({ resource, request, rest }) {
    const isAsked = request.method === 'POST' && rest.length === 1 && rest[0]?.toLowerCase() === 'getfullurl';
    return isAsked ? ok({ endpointUrl: resource.extra.endpointUrl ?? '' }) : undefined;
  },
};

function destinationProblem(sent: JsonObject): Refusal | undefined {
  const destination = propertiesOf(sent).destination;
  if (!isJsonObject(destination)) return invalid('The destination of the event subscription is missing.');
  if (destination.endpointType !== 'WebHook') return invalid('The simulator delivers to webhooks alone.');
  const { endpointUrl } = propertiesOf(destination);
  return typeof endpointUrl === 'string' && URL.canParse(endpointUrl) && endpointUrl.startsWith('https://')
    ? undefined
    : invalid('The endpoint of a webhook must be an address of https.');
}

/** Limits: https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-policy; what is not simulated is refused. */
function extentProblem({
  retryPolicy,
  eventDeliverySchema = 'EventGridSchema',
  filter,
}: JsonObject): Refusal | undefined {
  const { maxDeliveryAttempts = 30, eventTimeToLiveInMinutes = 1440 } = isJsonObject(retryPolicy) ? retryPolicy : {};
  const isWithin = (value: unknown, most: number): boolean => Number(value) >= 1 && Number(value) <= most;
  if (!isWithin(maxDeliveryAttempts, 30) || !isWithin(eventTimeToLiveInMinutes, 1440)) {
    return invalid('The retry policy allows 1 to 30 attempts in 1 to 1440 minutes.');
  }
  if (eventDeliverySchema !== 'EventGridSchema') return invalid('The simulator has the schema of Event Grid alone.');
  const advanced = isJsonObject(filter) ? filter.advancedFilters : undefined;
  return Array.isArray(advanced) && advanced.length > 0 ? invalid('The simulator has no advanced filters.') : undefined;
}

function invalid(message: string): Refusal {
  return refuse(400, 'InvalidRequest', message);
}
