import { isJsonObject, type Json } from '../../shared/json.ts';
import { mayUseData } from '../arm/authorization.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import { principalOf } from '../entra.ts';
import { bearerOf, type HttpReply, type HttpRequest } from '../http.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';

const COMPONENT = 'Microsoft.Insights/components';
/** https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication#audience-claim-value */
const AUDIENCE = 'https://monitor.azure.com';

export function isIngestionHost(host: string): boolean {
  return host.endsWith('.in.applicationinsights.azure.com');
}

/**
 * `POST /v2.1/track`: telemetry for the component whose instrumentation key the envelopes have. One without local authentication takes it
 * from identities that may write telemetry there, and from nobody else
 * (https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication#ingestion-http-errors); what was taken is not kept.
 */
export function answerIngestion(world: World, request: HttpRequest): HttpReply {
  const items = envelopesOf(request.body.toString('utf8'));
  const isTracked = request.method === 'POST' && /^\/v2(?:\.1)?\/track$/.test(request.path);
  if (!isTracked) return answer(404, 0, 'There is no such endpoint.');
  const key = items.map((item) => (isJsonObject(item) ? item.iKey : undefined)).find((one) => typeof one === 'string');
  const component = world.resourcesOfType(COMPONENT).find(({ body }) => propertiesOf(body).InstrumentationKey === key);
  if (!component) return answer(400, items.length, 'Invalid instrumentation key');
  const [status, why] = problem(world, component, request) ?? [200, ''];
  return answer(status, items.length, why);
}

function problem(world: World, component: StoredResource, request: HttpRequest): readonly [number, string] | undefined {
  const token = bearerOf(request);
  if (token === undefined) {
    const isOpen = propertiesOf(component.body).DisableLocalAuth !== true;
    return isOpen ? undefined : [401, 'Authorization required: local authentication is disabled for this component.'];
  }
  const principal = principalOf(world, token, [AUDIENCE]);
  if (principal === undefined) return [401, 'Unauthorized: the token is not valid for this service.'];
  return mayUseData(world, principal, component.id, 'Microsoft.Insights/Telemetry/Write')
    ? undefined
    : [403, `The credentials of '${principal}' do not grant access to ingest telemetry into '${component.name}'.`];
}

/** A JSON array, or one envelope a line. */
function envelopesOf(text: string): readonly Json[] {
  try {
    const whole = text.trimStart().startsWith('[') ? text : `[${text.trim().split('\n').join(',')}]`;
    const items = JSON.parse(whole) as Json;
    return Array.isArray(items) ? items : [];
  } catch {
    return [];
  }
}

function answer(status: number, itemsReceived: number, message: string): HttpReply {
  const isTaken = status === 200;
  const errors = isTaken ? [] : [{ index: 0, statusCode: status, message }];
  const body = { itemsReceived, itemsAccepted: isTaken ? itemsReceived : 0, errors };
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
