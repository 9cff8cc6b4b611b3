import { randomUUID } from 'node:crypto';
import { isJsonObject, jsonAt } from '../../shared/json.ts';
import type { HostedApps } from '../app-service/hosted-apps.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import { refuse } from '../refusal.ts';
import type { BlobCreated } from '../storage/blobs/blob-record.ts';
import type { StoredOperation, StoredResource } from '../store.ts';
import { EVENT_SUBSCRIPTION, SYSTEM_TOPIC } from '../types/event-grid/names.ts';
import { provisioningState, type World } from '../world.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { keepDeadLetter } from './dead-letters.ts';
import { blobEvent, type EventDelivery, fits, isValidated, validationEvent } from './event.ts';
import { pauseAfter } from './retry-schedule.ts';

/** Brings events to those who subscribed to them. */
export interface Deliveries {
  publish(created: BlobCreated): void;
  /** Asks the endpoint of a subscription that was written; the operation ends with its answer. */
  validate(subscriptionId: string, operation: StoredOperation): void;
  close(): Promise<void>;
}

const NEVER = '9999-12-31T23:59:59.999Z';
/** Defaults of a subscription: https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-policy */
const MOST_ATTEMPTS = 30;
const LIFE_IN_MINUTES = 1440;
/** Where time does not pass, the same is not tried again at once. */
const LEAST_PAUSE_IN_MS = 200;

export function createDeliveries(world: World, apps: HostedApps): Deliveries {
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let isClosing = false;

  function run(work: Promise<void>): void {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  }

  function schedule(): void {
    clearTimeout(timer);
    const waiting = world.state.eventDeliveries.filter((one) => !underWay.has(one));
    if (isClosing || waiting.length === 0) return;
    const next = Math.min(...waiting.map(({ nextAt }) => nextAt));
    timer = setTimeout(() => deliverDue(), Math.max(0, next - world.now()));
    timer.unref();
  }

  const underWay = new Set<EventDelivery>();

  function deliverDue(): void {
    for (const delivery of world.state.eventDeliveries) {
      if (delivery.nextAt > world.now() || underWay.has(delivery)) continue;
      underWay.add(delivery);
      run(deliver(delivery));
    }
    schedule();
  }

  async function deliver(delivery: EventDelivery): Promise<void> {
    const subscription = world.resource(delivery.subscriptionId);
    const endpoint = String(subscription?.extra.endpointUrl);
    const { status } = subscription
      ? await askEndpoint(world, apps, endpoint, 'Notification', [delivery.event])
      : { status: 0 };
    underWay.delete(delivery);
    delivery.attempts += 1;
    const isDone = !subscription || (status >= 200 && status < 205);
    const pause = isDone ? undefined : nextPause(delivery, subscription, status);
    if (pause === undefined) {
      world.state.eventDeliveries = world.state.eventDeliveries.filter((one) => one !== delivery);
      if (!isDone)
        keepDeadLetter(world, subscription, delivery, status === 0 ? 'MaxDeliveryAttemptsExceeded' : `Status${status}`);
    } else {
      delivery.nextAt = world.now() + Math.max(LEAST_PAUSE_IN_MS, world.duration(pause));
    }
    await world.store.save();
    schedule();
  }

  function nextPause(delivery: EventDelivery, subscription: StoredResource, status: number): number | undefined {
    const { retryPolicy } = propertiesOf(subscription.body);
    const policy = isJsonObject(retryPolicy) ? retryPolicy : {};
    const { maxDeliveryAttempts = MOST_ATTEMPTS, eventTimeToLiveInMinutes = LIFE_IN_MINUTES } = policy;
    const isTooOld = world.now() - delivery.publishedAt > Number(eventTimeToLiveInMinutes) * 60_000;
    return delivery.attempts >= Number(maxDeliveryAttempts) || isTooOld
      ? undefined
      : pauseAfter(delivery.attempts, status);
  }

  async function ask(subscription: StoredResource, operation: StoredOperation): Promise<void> {
    const endpoint = String(subscription.extra.endpointUrl);
    const at = new Date(world.now()).toISOString();
    const topic = String(
      propertiesOf(world.resource(subscription.id.split('/').slice(0, -2).join('/'))?.body ?? {}).source,
    );
    const { code, event } = validationEvent(topic, at);
    const { status, text } = await askEndpoint(world, apps, endpoint, 'SubscriptionValidation', [event]);
    if (!(status === 200 && isValidated(text, code))) {
      // The words: https://github.com/MicrosoftDocs/azure-docs/issues/107285.
      const [address] = endpoint.split('?');
      operation.failure = refuse(
        400,
        'Url validation',
        `Webhook validation handshake failed for ${address}. Http POST request failed with response code ${status === 0 || status === 200 ? 'Unknown' : status}. For troublehooting, visit https://aka.ms/esvalidation. Activity id:${randomUUID()}, timestamp: ${at}.`,
      );
    }
    operation.endsAt = new Date(world.now()).toISOString();
    await world.store.save();
  }

  function validate(subscriptionId: string, operation: StoredOperation): void {
    const subscription = world.resource(subscriptionId);
    if (!subscription) return;
    operation.endsAt = NEVER;
    if (world.latency.profile === 'instant') operation.retryInMs = LEAST_PAUSE_IN_MS;
    run(ask(subscription, operation));
  }

  // What a simulator of before had begun.
  for (const operation of world.index.unsettled()) {
    if (operation.type === EVENT_SUBSCRIPTION && operation.endsAt === NEVER) validate(operation.resourceId, operation);
  }
  schedule();
  return {
    validate,
    publish(created) {
      const event = blobEvent(created);
      for (const { id } of subscriptionsOf(world, created.accountId).filter(({ body }) =>
        fits(event, filterOf(body)),
      )) {
        const now = world.now();
        world.state.eventDeliveries.push({ subscriptionId: id, event, attempts: 0, publishedAt: now, nextAt: now });
      }
      schedule();
    },
    async close() {
      isClosing = true;
      clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

function filterOf(body: StoredResource['body']) {
  const filter = jsonAt(body, 'properties.filter');
  return isJsonObject(filter) ? filter : {};
}

function subscriptionsOf(world: World, source: string): readonly StoredResource[] {
  const topics = world
    .resourcesOfType(SYSTEM_TOPIC)
    .filter(({ body }) => String(propertiesOf(body).source).toLowerCase() === source.toLowerCase())
    .map(({ id }) => `${id.toLowerCase()}/`);
  return world
    .resourcesOfType(EVENT_SUBSCRIPTION)
    .filter((one) => topics.some((topic) => one.id.toLowerCase().startsWith(topic)))
    .filter((one) => provisioningState(one, world) === 'Succeeded');
}
