import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import type { RequestPath } from '../http/request-path.ts';
import { type BlobHandlerOptions, handleBlob } from './blob-handler.ts';
import type { BlobTrigger } from './blob-trigger.ts';

export type BlobEvents = (request: IncomingMessage, response: ServerResponse, path: RequestPath) => Promise<void>;

/** A trigger that Event Grid tells of blobs, with what its function is called by. */
export interface ToldTrigger extends BlobHandlerOptions {
  readonly trigger: BlobTrigger;
}

const CREATED = 'Microsoft.Storage.BlobCreated';

/**
 * `POST /runtime/webhooks/blobs?functionName=Host.Functions.NAME`, to which Event Grid sends its events
 * (https://learn.microsoft.com/azure/azure-functions/functions-event-grid-blob-trigger), and before them the question whether it may
 * (https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema). The host of Azure puts an event into a
 * queue and says yes; here the answer comes when the function has been called, and is no (503) where it has to be called again, so
 * that whoever sent it sends it once more.
 */
export function createBlobEvents(triggers: readonly ToldTrigger[]): BlobEvents {
  return async (request, response, { query }) => {
    const name = query
      .get('functionName')
      ?.replace(/^Host\.Functions\./i, '')
      .toLowerCase();
    const told = triggers.find(({ trigger }) => trigger.functionName.toLowerCase() === name);
    if (request.method !== 'POST' || !told) return end(response, 404);
    const events = eventsOf(await readJson(request).catch(() => undefined));
    if (!events) return end(response, 400);
    const code = request.headers['aeg-event-type'] === 'SubscriptionValidation' ? validationCode(events) : undefined;
    if (code !== undefined) return end(response, 200, { validationResponse: code });
    const settled = await Promise.all(events.map((event) => take(event, told)));
    end(response, settled.every(Boolean) ? 200 : 503);
  };
}

/** @returns whether there is nothing left to do about it */
async function take(event: JsonObject, { trigger, ...options }: ToldTrigger): Promise<boolean> {
  const [, container = '', blob = ''] =
    /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/.exec(String(event.subject)) ?? [];
  const isOurs = container === trigger.pattern.container && trigger.pattern.match(blob) !== undefined;
  const etag = jsonAt(event, 'data.eTag');
  if (event.eventType !== CREATED || !isOurs || typeof etag !== 'string') return true;
  const version = { functionName: trigger.functionName, container, blob, etag: `"${etag.replaceAll('"', '')}"` };
  return await handleBlob(version, trigger.pattern, options);
}

function eventsOf(document: unknown): readonly JsonObject[] | undefined {
  return Array.isArray(document) && document.every(isJsonObject) ? document : undefined;
}

function validationCode(events: readonly JsonObject[]): string | undefined {
  const code = events.map((event) => jsonAt(event, 'data.validationCode')).find((one) => typeof one === 'string');
  return typeof code === 'string' ? code : undefined;
}

function end(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, body ? { 'content-type': 'application/json' } : {}).end(body && JSON.stringify(body));
}
