import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import type { World } from './world.ts';

/**
 * `graph.microsoft.com`: the service principals of the tenant, which are the deployer and the identities. Clients look there
 * for object ids and names; there are no users and groups
 * (https://learn.microsoft.com/graph/api/resources/serviceprincipal).
 */
export function answerGraph(world: World, request: HttpRequest, principal: string | undefined): HttpReply {
  if (principal === undefined) return failure(401, 'InvalidAuthenticationToken', 'Access token is empty or not valid.');
  const [, route = ''] = /^\/(?:v1\.0|beta)\/(.*?)\/?$/.exec(request.path) ?? [];
  const [collection = '', id] = route.split('/');
  const all = servicePrincipals(world);
  if (request.method === 'POST' && route.toLowerCase() === 'directoryobjects/getbyids') {
    const wanted = sentIds(request.body);
    return json(200, { value: all.filter((one) => wanted.includes(String(one.id))) });
  }
  if (request.method !== 'GET') return failure(403, 'Authorization_RequestDenied', 'Insufficient privileges.');
  switch (collection.toLowerCase()) {
    case 'serviceprincipals':
    case 'directoryobjects': {
      if (id === undefined) return json(200, { value: all.filter(filterOf(request.query.get('$filter') ?? '')) });
      const found = all.find((one) => one.id === id);
      return found ? json(200, found) : failure(404, 'Request_ResourceNotFound', `Resource '${id}' does not exist.`);
    }
    case 'users':
    case 'groups':
    case 'applications':
      return id === undefined
        ? json(200, { value: [] })
        : failure(404, 'Request_ResourceNotFound', `Resource '${id}' does not exist.`);
    default:
      return failure(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
  }
}

function servicePrincipals({ state, resourcesOfType }: World): JsonObject[] {
  const view = (id: Json, appId: Json, displayName: string): JsonObject => ({
    '@odata.type': '#microsoft.graph.servicePrincipal',
    id,
    appId,
    displayName,
    servicePrincipalNames: [appId],
    servicePrincipalType: id === state.deployerId ? 'Application' : 'ManagedIdentity',
  });
  const identities = resourcesOfType('Microsoft.ManagedIdentity/userAssignedIdentities').map(({ name, body }) => {
    const { principalId = '', clientId = '' } = isJsonObject(body.properties) ? body.properties : {};
    return view(principalId, clientId, name);
  });
  return [view(state.deployerId, state.clientId, 'Simulated deployer'), ...identities];
}

/** By name, by `servicePrincipalNames/any(c:c eq '…')`, by `displayName eq '…'` or its beginning. */
function filterOf(filter: string): (principal: JsonObject) => boolean {
  const [, name] = /servicePrincipalNames\/any\(\s*\w+:\s*\w+\s+eq\s+'([^']*)'\)/i.exec(filter) ?? [];
  const [, member, value] = /^(displayName|appId|id)\s+eq\s+'([^']*)'$/i.exec(filter) ?? [];
  const [, start] = /^startswith\(displayName,\s*'([^']*)'\)$/i.exec(filter) ?? [];
  return (principal) =>
    (name === undefined || principal.appId === name) &&
    (member === undefined || principal[member] === value) &&
    (start === undefined || String(principal.displayName).startsWith(start));
}

function sentIds(body: Buffer): readonly unknown[] {
  const { ids } = JSON.parse(body.toString('utf8') || '{}') as { ids?: unknown[] };
  return ids ?? [];
}

function failure(status: number, code: string, message: string): HttpReply {
  return json(status, { error: { code, message } });
}

function json(status: number, body: object): HttpReply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
