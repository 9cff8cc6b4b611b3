import { randomUUID } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { mayDo } from '../arm/authorization.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import { claimsOf, principalOf } from '../entra.ts';
import { bearerOf, type HttpReply, type HttpRequest, headerOf } from '../http.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { parseQuery } from './kql/parse-query.ts';
import { QueryError } from './kql/query-error.ts';
import { runQuery } from './kql/run-query.ts';
import { isOverRate } from './query-rate.ts';
import { queryResult } from './query-result.ts';
import { logTable } from './tables.ts';
import { inTimespan, parseTimespan } from './timespan.ts';

const HOSTS = ['api.loganalytics.azure.com', 'api.loganalytics.io'];
const AUDIENCES = HOSTS.map((host) => `https://${host}`);
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isLogQueryHost(host: string): boolean {
  return HOSTS.includes(host);
}

/**
 * `POST /v1/workspaces/{customer id}/query`, and GET with the same in its address. Refusals as in
 * https://learn.microsoft.com/azure/azure-monitor/logs/api/errors; the rights:
 * https://learn.microsoft.com/azure/azure-monitor/logs/manage-access.
 */
export function answerLogQuery(world: World, request: HttpRequest): HttpReply {
  const refused = tokenProblem(world, request);
  if (refused) return refused;
  const [, id = ''] = /^\/v1\/workspaces\/([^/]+)\/query$/i.exec(request.path) ?? [];
  if (!GUID.test(id) || (request.method !== 'POST' && request.method !== 'GET'))
    return failure(404, { code: 'PathNotFoundError', message: 'The requested path does not exist' });
  const principal = principalOf(world, bearerOf(request), AUDIENCES) ?? '';
  if (isOverRate(world, principal))
    return failure(429, { code: 'ThrottledError', message: 'There were too many queries in the last 30 seconds.' });
  const workspace = workspaceOf(world, id);
  if (!workspace || !mayDo(world, principal, workspace.id, 'Microsoft.OperationalInsights/workspaces/query/read'))
    return failure(403, {
      code: 'InsufficientAccessError',
      message: 'The provided credentials have insufficient access to perform the requested operation',
    });
  const asked = askedFor(request);
  // By the same page: no refusal, and no answer.
  if (!asked) return { status: 200, headers: {} };
  return answerQuery(world, workspace, asked);
}

function tokenProblem(world: World, request: HttpRequest): HttpReply | undefined {
  const token = bearerOf(request);
  if (token === undefined)
    return failure(401, {
      code: 'AuthenticationFailed',
      message: "Authentication failed. The 'Authorization' header is missing.",
    });
  const claims = claimsOf(world, token);
  if (!claims) return failure(403, { code: 'InvalidAuthenticationToken', message: 'The access token is invalid.' });
  if (principalOf(world, token, AUDIENCES) !== undefined) return undefined;
  const allowed = AUDIENCES.map((one) => `'${one}'`).join(',');
  return failure(403, {
    code: 'InvalidAuthenticationTokenAudience',
    message: `The access token has been obtained from wrong audience or resource '${String(claims.aud)}'. It should exactly match (including forward slash) with one of the allowed audiences ${allowed}.`,
  });
}

function workspaceOf(world: World, customerId: string): StoredResource | undefined {
  return world
    .resourcesOfType('Microsoft.OperationalInsights/workspaces')
    .find(({ body }) => String(propertiesOf(body).customerId).toLowerCase() === customerId.toLowerCase());
}

interface Asked {
  readonly query: string;
  readonly timespan: string | undefined;
}

function askedFor(request: HttpRequest): Asked | undefined {
  if (request.method === 'GET') {
    const query = request.query.get('query');
    return query === null ? undefined : { query, timespan: request.query.get('timespan') ?? undefined };
  }
  if (!headerOf(request, 'content-type')?.toLowerCase().startsWith('application/json')) return undefined;
  const body = jsonOf(request.body.toString('utf8'));
  if (!isJsonObject(body) || typeof body.query !== 'string') return undefined;
  return { query: body.query, timespan: typeof body.timespan === 'string' ? body.timespan : undefined };
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Told by what is not answered.
    return undefined;
  }
}

function answerQuery(world: World, workspace: StoredResource, { query, timespan }: Asked): HttpReply {
  const span = timespan === undefined ? undefined : parseTimespan(timespan, world.now());
  if (timespan !== undefined && !span)
    return failure(400, {
      ...BAD_ARGUMENT,
      innererror: { code: 'InvalidTimespan', message: `'${timespan}' is no timespan` },
    });
  try {
    const found = runQuery(
      parseQuery(query),
      (name) => {
        const table = logTable(world, workspace, name);
        return table && span ? inTimespan(table, span) : table;
      },
      { now: world.now() },
    );
    return answer(200, queryResult(found));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return failure(400, { ...BAD_ARGUMENT, innererror: innerError(error) });
  }
}

const BAD_ARGUMENT = { message: 'The request had some invalid properties', code: 'BadArgumentError' };

function innerError({ kind, code, message, place }: QueryError): JsonObject {
  return {
    code: kind,
    message: kind === 'SyntaxError' ? 'A recognition error occurred in the query.' : 'A semantic error occurred.',
    innererror: { code, message, ...place },
  };
}

function failure(status: number, error: { readonly code: string; readonly message: string } & JsonObject): HttpReply {
  const { message, code, ...more } = error;
  return answer(status, { error: { message, code, correlationId: randomUUID(), ...more } });
}

function answer(status: number, body: JsonObject): HttpReply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
