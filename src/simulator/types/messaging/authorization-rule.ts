import { type JsonObject, jsonAt } from '../../../shared/json.ts';
import { ok, refused } from '../../arm/message.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType, SubRequest } from '../../arm/resource-type.ts';
import { issuedKey, renewKey } from '../../issued-key.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';

export const SERVICE_BUS_VERSIONS: readonly string[] = ['2024-01-01', '2021-11-01', '2017-04-01'];

/** What is below a namespace: written and read at once, and only while nothing is done to the namespace. */
export const entity = {
  apiVersions: SERVICE_BUS_VERSIONS,
  listed: false,
  withoutLocation: true,
  withoutProvisioningState: true,
  style: 'sync',
  createdAs200: true,
  exclusiveOn: 'parent',
  busyCode: 'Conflict',
  seconds: { create: 1, update: 1, delete: 0 },
} as const;

const RIGHTS = ['Listen', 'Send', 'Manage'];
const MOST_RULES = 12;

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas: 12 at most, and who manages also sends and listens. */
export function authorizationRule(type: string): ResourceType {
  return {
    ...entity,
    type,
    name: /^(?=.{1,50}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
    check({ world, id, body, before }) {
      const { rights } = propertiesOf(body);
      const wanted = Array.isArray(rights) ? rights.map(String) : [];
      if (wanted.length === 0 || !wanted.every((one) => RIGHTS.includes(one))) return badRequest('Rights are needed.');
      if (wanted.includes('Manage') && wanted.length < RIGHTS.length) {
        return badRequest('Manage permission should also include Send and Listen.');
      }
      const place = id.slice(0, id.lastIndexOf('/') + 1).toLowerCase();
      const others = world.resourcesOfType(type).filter((one) => one.id.toLowerCase().startsWith(place));
      return !before && others.length >= MOST_RULES
        ? badRequest(`At most ${MOST_RULES} rules are allowed.`)
        : undefined;
    },
    handle: (call) => answerKeys(call),
  };
}

/** https://learn.microsoft.com/rest/api/servicebus/namespaces-authorization-rule/list-keys */
function answerKeys({ world, resource, request, rest }: SubRequest) {
  const action = request.method === 'POST' && rest.length === 1 ? rest[0]?.toLowerCase() : undefined;
  if (action !== 'listkeys' && action !== 'regeneratekeys') return undefined;
  if (action === 'regeneratekeys') {
    const kind = jsonAt(request.body ?? {}, 'keyType');
    if (kind !== 'PrimaryKey' && kind !== 'SecondaryKey') return refused(badRequest('keyType is needed.'));
    renewKey(resource, kind === 'PrimaryKey' ? 'primaryKey' : 'secondaryKey');
  }
  return ok(keysOf(world, resource));
}

function keysOf(world: World, rule: StoredResource): JsonObject {
  const [, namespace = '', below = ''] = /\/namespaces\/([^/]+)(.*)$/i.exec(rule.id) ?? [];
  const [, path] = /^\/(?:queues|topics)\/([^/]+)\//i.exec(below) ?? [];
  const connection = (key: string): string =>
    `Endpoint=sb://${namespace}.servicebus.windows.net/;SharedAccessKeyName=${rule.name};SharedAccessKey=${key}${path === undefined ? '' : `;EntityPath=${path}`}`;
  const primaryKey = issuedKey(world, rule, 'primaryKey', 32);
  const secondaryKey = issuedKey(world, rule, 'secondaryKey', 32);
  return {
    primaryConnectionString: connection(primaryKey),
    secondaryConnectionString: connection(secondaryKey),
    primaryKey,
    secondaryKey,
    keyName: rule.name,
  };
}

function badRequest(message: string): Refusal {
  return refuse(400, 'BadRequest', message);
}
