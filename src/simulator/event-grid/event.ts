import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { BlobCreated } from '../storage/blobs/blob-record.ts';

const CREATED = 'Microsoft.Storage.BlobCreated';

/** An event on its way to one subscription. */
export interface EventDelivery {
  readonly subscriptionId: string;
  readonly event: JsonObject;
  attempts: number;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  nextAt: number;
}

/** In the schema of Event Grid: https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage#microsoftstorageblobcreated-event */
export function blobEvent(created: BlobCreated): JsonObject {
  return {
    topic: created.accountId,
    subject: `/blobServices/default/containers/${created.container}/blobs/${created.blob}`,
    eventType: CREATED,
    id: randomUUID(),
    data: {
      api: created.api,
      requestId: randomUUID(),
      // Without the quotes that the header has.
      eTag: created.etag.replaceAll('"', ''),
      contentType: created.contentType,
      contentLength: created.length,
      blobType: created.type,
      url: created.url,
      sequencer: Buffer.from(created.at).toString('hex').padStart(48, '0'),
      storageDiagnostics: { batchId: randomUUID() },
    },
    dataVersion: '',
    metadataVersion: '1',
    eventTime: created.at,
  };
}

/** https://learn.microsoft.com/azure/event-grid/event-filtering: types, and what the subject begins and ends with, in any case unless told. */
export function fits(event: JsonObject, filter: JsonObject): boolean {
  const { subjectBeginsWith = '', subjectEndsWith = '', isSubjectCaseSensitive, includedEventTypes } = filter;
  const spelt = (text: unknown): string =>
    isSubjectCaseSensitive === true ? String(text) : String(text).toLowerCase();
  const subject = spelt(event.subject);
  const isOfType = !Array.isArray(includedEventTypes) || includedEventTypes.includes(event.eventType ?? '');
  return isOfType && subject.startsWith(spelt(subjectBeginsWith)) && subject.endsWith(spelt(subjectEndsWith));
}

/** The question whether an endpoint wants events: https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema */
export function validationEvent(topic: string, at: string): { readonly code: string; readonly event: JsonObject } {
  const code = randomUUID().toUpperCase();
  const event = {
    ...{
      id: randomUUID(),
      topic,
      subject: '',
      eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
      eventTime: at,
    },
    data: { validationCode: code, validationUrl: '' },
    ...{ metadataVersion: '1', dataVersion: '2' },
  };
  return { code, event };
}

export function isValidated(text: string, code: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    return isJsonObject(answer) && String(answer.validationResponse).toUpperCase() === code;
  } catch {
    return false;
  }
}
