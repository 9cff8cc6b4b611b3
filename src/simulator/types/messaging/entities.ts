import type { JsonObject } from '../../../shared/json.ts';
import { propertiesOf, skuOf } from '../../arm/resource-body.ts';
import type { ResourceType, Write } from '../../arm/resource-type.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { authorizationRule, entity } from './authorization-rule.ts';
import { NAMESPACE } from './namespace.ts';

/** As good as for ever. */
const LONGEST = 'P10675199DT2H48M5.4775807S';
const COUNTS = {
  activeMessageCount: 0,
  deadLetterMessageCount: 0,
  scheduledMessageCount: 0,
  transferMessageCount: 0,
  transferDeadLetterMessageCount: 0,
};

/** Set when an entity is made: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-resource-manager-exceptions */
const FOREVER = ['requiresSession', 'requiresDuplicateDetection', 'enablePartitioning'] as const;
/** What a Basic namespace does not have: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-resource-manager-exceptions#error-code-bad-request */
const NOT_BASIC = [
  'requiresSession',
  'requiresDuplicateDetection',
  'autoDeleteOnIdle',
  'forwardTo',
  'forwardDeadLetteredMessagesTo',
] as const;

const shared: JsonObject = {
  ...{ defaultMessageTimeToLive: LONGEST, autoDeleteOnIdle: LONGEST, enableBatchedOperations: true, status: 'Active' },
  ...{ countDetails: COUNTS },
};
const sized: JsonObject = {
  ...{ maxSizeInMegabytes: 1024, sizeInBytes: 0, enablePartitioning: false, enableExpress: false },
  ...{ requiresDuplicateDetection: false, duplicateDetectionHistoryTimeWindow: 'PT10M' },
};
const received: JsonObject = {
  ...{ lockDuration: 'PT1M', maxDeliveryCount: 10, requiresSession: false, messageCount: 0 },
  deadLetteringOnMessageExpiration: false,
};

const queue: ResourceType = {
  ...entity,
  type: `${NAMESPACE}/queues`,
  name: /^(?=.{1,260}$)[A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9])?$/,
  check: entityProblem,
  defaults: ({ createdAt, updatedAt }) => ({
    properties: { ...shared, ...sized, ...received, createdAt, updatedAt, accessedAt: '0001-01-01T00:00:00Z' },
  }),
};

const topic: ResourceType = {
  ...entity,
  type: `${NAMESPACE}/topics`,
  name: /^(?=.{1,260}$)[A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9])?$/,
  check: (write) =>
    skuOf(namespaceOf(write)) === 'Basic'
      ? // https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quickstart-topics-subscriptions-portal
        refused40000("The operation is not supported for 'Basic' tier")
      : entityProblem(write),
  defaults: ({ createdAt, updatedAt }) => ({
    properties: {
      ...{ ...shared, ...sized, createdAt, updatedAt, accessedAt: '0001-01-01T00:00:00Z' },
      ...{ supportOrdering: true, subscriptionCount: 0 },
    },
  }),
  view: ({ id }, world) => ({
    properties: {
      subscriptionCount: world
        .resourcesOfType(`${NAMESPACE}/topics/subscriptions`)
        .filter((one) => one.id.toLowerCase().startsWith(`${id.toLowerCase()}/`)).length,
    },
  }),
};

const subscription: ResourceType = {
  ...entity,
  type: `${NAMESPACE}/topics/subscriptions`,
  name: /^(?=.{1,50}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
  check: entityProblem,
  defaults: ({ createdAt, updatedAt }) => ({
    properties: {
      ...{ ...shared, ...received, createdAt, updatedAt, accessedAt: createdAt },
      ...{ deadLetteringOnFilterEvaluationExceptions: true, isClientAffine: false },
    },
  }),
};

/** Queues, topics and subscriptions, and the rules by which they are used. */
export const SERVICE_BUS_ENTITIES: readonly ResourceType[] = [
  queue,
  topic,
  subscription,
  authorizationRule(`${NAMESPACE}/AuthorizationRules`),
  authorizationRule(`${NAMESPACE}/queues/authorizationRules`),
  authorizationRule(`${NAMESPACE}/topics/authorizationRules`),
];

function namespaceOf({ world, id }: Write): JsonObject {
  const [namespace = ''] = id.split(/\/(?:queues|topics)\//i);
  return world.resource(namespace)?.body ?? {};
}

/** Messages of more than 256 KB: https://github.com/hashicorp/terraform-provider-azurerm/issues/28576. */
function entityProblem(write: Write): Refusal | undefined {
  const wanted = propertiesOf(write.sent);
  const tier = skuOf(namespaceOf(write));
  if (wanted.maxMessageSizeInKilobytes !== undefined && tier !== 'Premium') return refused40000('Bad Request');
  const tooMuch = NOT_BASIC.find((name) => tier === 'Basic' && isSet(wanted[name]));
  if (tooMuch)
    return refused40000(`The property '${tooMuch}' cannot be set because the namespace is using 'Basic' tier`);
  const before = propertiesOf(write.before?.body ?? {});
  const changed = FOREVER.find(
    (name) => write.before && wanted[name] !== undefined && isSet(wanted[name]) !== isSet(before[name]),
  );
  return changed && refused40000(`The value for the '${changed}' property of an existing entity cannot be changed`);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== null && value !== LONGEST;
}

/** The code and how it begins: https://github.com/Azure/ResourceModules/issues/2629. */
function refused40000(message: string): Refusal {
  return refuse(
    400,
    'MessagingGatewayBadRequest',
    `SubCode=40000. ${message}. To know more visit https://aka.ms/sbResourceMgrExceptions.`,
  );
}
