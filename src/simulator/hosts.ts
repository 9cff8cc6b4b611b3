import { randomUUID } from 'node:crypto';
import type { Json } from '../shared/json.ts';
import { answerScm } from './app-service/publish.ts';
import { siteAt } from './app-service/site-state.ts';
import { refused } from './arm/message.ts';
import { answerArm } from './arm/router.ts';
import { answerFromOutside, type HostTarget, hostTarget, noSuchApp } from './container-apps/ingress.ts';
import { pickOf } from './container-apps/traffic.ts';
import { answerDnsJson, isDnsHost } from './dns/json-api.ts';
import { answerEntra, principalOf } from './entra.ts';
import { answerGraph } from './graph.ts';
import { basicOf, bearerOf, type HttpReply, type HttpRequest, headerOf } from './http.ts';
import { answerVault } from './key-vault/data-plane.ts';
import { DEPLOYER_ADDRESS } from './key-vault/firewall.ts';
import type { SecretStore } from './key-vault/secret-store.ts';
import { answerLogQuery, isLogQueryHost } from './log-analytics/query-endpoint.ts';
import { answerPrices } from './prices/retail-prices.ts';
import { refuse } from './refusal.ts';
import { answerBlob } from './registry/blob-host.ts';
import { isAdminUser } from './registry/credentials.ts';
import { answerRegistry } from './registry/data-plane.ts';
import { answerForeignRegistry } from './registry/foreign/pull-side.ts';
import { answerAccountBlobs, blobAccount } from './storage/blobs/blob-endpoint.ts';
import type { StoredResource } from './store.ts';
import { answerIngestion, isIngestionHost } from './telemetry/ingestion.ts';
import { appAt } from './traffic-note.ts';
import { revisionsOf } from './types/container-app.ts';
import { appAtCustomHost } from './types/domains/custom-host.ts';
import { RESOURCE_TYPES } from './types/index.ts';
import { domainOf } from './types/workload.ts';
import { answerLogStream } from './workload-logs/stream-endpoint.ts';
import type { World } from './world.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** Sends a request to the service whose host it names. */
export async function answerHost(world: World, request: HttpRequest): Promise<HttpReply> {
  const { host } = request;
  if (['management.azure.com', 'localhost', '127.0.0.1'].includes(host)) return await answerManagement(world, request);
  if (host === 'login.microsoftonline.com') {
    return answerEntra(world, request.method, request.path, new URLSearchParams(request.body.toString('utf8')));
  }
  if (host === 'graph.microsoft.com') return answerGraph(world, request, principalOf(world, bearerOf(request)));
  if (host === 'prices.azure.com') return answerPrices(request);
  if (isLogQueryHost(host)) return answerLogQuery(world, request);
  if (isIngestionHost(host)) return answerIngestion(world, request);
  if (host.endsWith('.azurewebsites.net')) return answerScmHost(world, request);
  if (host.endsWith('.vault.azure.net')) return answerVaultHost(world, request);
  if (host.endsWith('.azurecr.io')) return answerRegistryHost(world, request);
  const account = blobAccount(world, host);
  if (account) return answerAccountBlobs(world, account, request);
  if (host.endsWith('.blob.core.windows.net')) return answerBlob(world, request);
  if (host.endsWith('.azurecontainerapps.dev')) return answerLogStream(world, request);
  if (host.endsWith('.azurecontainerapps.io')) return answerIngress(world, request);
  if (isDnsHost(host)) return answerDnsJson(world, request);
  const app = appAtCustomHost(world, host);
  if (app) return answerApp(world, request, app, { app: app.name, internal: false });
  const foreign = answerForeignRegistry(world, request);
  if (foreign) return foreign;
  return {
    status: 421,
    headers: JSON_TYPE,
    body: JSON.stringify({ error: { code: 'UnknownHost', message: `The simulator does not answer for ${host}.` } }),
  };
}

async function answerManagement(world: World, request: HttpRequest): Promise<HttpReply> {
  const principal = principalOf(world, bearerOf(request));
  // Made here when the client sends none: services name things by it.
  const correlation = {
    'x-ms-correlation-request-id': headerOf(request, 'x-ms-correlation-request-id') ?? randomUUID(),
  };
  const common = {
    'x-ms-request-id': randomUUID(),
    ...correlation,
    'x-ms-routing-request-id': `SIMULATOR:${randomUUID()}`,
    ...rateLimit(request.method),
  };
  if (principal === undefined) {
    const challenge = `Bearer authorization_uri="https://login.microsoftonline.com/${world.state.tenantId}", error="invalid_token"`;
    const { status, body } = refused(
      refuse(401, 'AuthenticationFailed', 'Authentication failed. The Authorization header is missing or invalid.'),
    );
    return { status, headers: { ...JSON_TYPE, ...common, 'www-authenticate': challenge }, body: JSON.stringify(body) };
  }
  const text = request.body.toString('utf8');
  let body: Json | undefined;
  try {
    body = text === '' ? undefined : (JSON.parse(text) as Json);
  } catch {
    return {
      status: 400,
      headers: { ...JSON_TYPE, ...common },
      body: JSON.stringify({ error: { code: 'InvalidRequestContent', message: 'The request content is no JSON.' } }),
    };
  }
  const sent = Object.fromEntries(Object.keys(request.headers).map((name) => [name, headerOf(request, name)]));
  const headers = { ...sent, ...correlation };
  const origin = `https://${request.authority}`;
  const { method, path, query } = request;
  const reply = await answerArm(world, { method, path, query, headers, body, origin, principal }, RESOURCE_TYPES);
  return {
    status: reply.status,
    headers: { ...common, ...(reply.body !== undefined && JSON_TYPE), ...reply.headers },
    ...(reply.body !== undefined && { body: JSON.stringify(reply.body) }),
    ...(reply.operation !== undefined && { operation: reply.operation }),
    ...(reply.handOn && { handOn: reply.handOn }),
  };
}

function answerScmHost(world: World, request: HttpRequest): HttpReply {
  const site = siteAt(world, request.host);
  if (!site) return { status: 404, headers: { 'content-type': 'text/html' }, body: '404 Web Site not found' };
  return answerScm(world, site, request);
}

/** Names as recorded; the buckets are never empty here, throttling is a fault. */
function rateLimit(method: string): Record<string, string> {
  const kind = method === 'GET' || method === 'HEAD' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes';
  const [own, all] = kind === 'reads' ? ['249', '3749'] : ['199', '2999'];
  return {
    [`x-ms-ratelimit-remaining-subscription-${kind}`]: own,
    [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: all,
  };
}

function answerVaultHost(world: World, request: HttpRequest): HttpReply {
  const name = request.host.split('.')[0] ?? '';
  const vault = world.resourcesOfType('Microsoft.KeyVault/vaults').find((one) => one.name.toLowerCase() === name);
  if (!vault)
    return {
      status: 404,
      headers: JSON_TYPE,
      body: JSON.stringify({ error: { code: 'VaultNotFound', message: 'The name is not known.' } }),
    };
  const text = request.body.toString('utf8');
  const cloud = world.cloud();
  const reply = answerVault({
    method: request.method,
    path: request.path,
    query: request.query,
    body: text === '' ? undefined : (JSON.parse(text) as Json),
    callerId: principalOf(world, bearerOf(request)),
    vault,
    store: secretsOf(world, vault.id),
    tenantId: world.state.tenantId,
    host: request.host,
    clientAddress: DEPLOYER_ADDRESS,
    now: world.now(),
    hasRole: cloud.hasRole,
  });
  return {
    status: reply.status,
    headers: { ...JSON_TYPE, ...reply.headers },
    ...(reply.body && { body: JSON.stringify(reply.body) }),
  };
}

function secretsOf(world: World, vaultId: string): SecretStore {
  const key = vaultId.toLowerCase();
  world.state.secrets[key] ??= {};
  return world.state.secrets[key];
}

function answerRegistryHost(world: World, request: HttpRequest): HttpReply {
  const found = Object.entries(world.state.registries).find(([, { loginServer }]) => loginServer === request.host);
  const registry = found && world.resource(found[0]);
  if (!found || !registry) return { status: 404, headers: JSON_TYPE, body: '{}' };
  const reply = answerRegistry({
    method: request.method,
    path: request.path,
    query: request.query,
    form: new URLSearchParams(isForm(request) ? request.body.toString('utf8') : ''),
    body: request.body,
    contentType: headerOf(request, 'content-type'),
    contentRange: headerOf(request, 'content-range'),
    bearer: bearerOf(request),
    basic: basicOf(request),
    blobs: world.store.blobs,
    registry,
    content: found[1],
    secret: world.state.signingKey,
    now: world.now(),
    principalOf: (token) => principalOf(world, token),
    isAdminUser: (username, password) => isAdminUser(world, registry, username, password),
    hasRole: world.cloud().hasRole,
  });
  return {
    status: reply.status,
    headers: { ...(reply.body && JSON_TYPE), ...reply.headers },
    ...(reply.body && { body: JSON.stringify(reply.body) }),
    ...(reply.content && { body: reply.content }),
  };
}

function isForm(request: HttpRequest): boolean {
  return headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') === true;
}

/** Says in a header of its own which revision answered. */
function answerIngress(world: World, request: HttpRequest): HttpReply {
  const app = appAt(world, request.host);
  const target = app && hostTarget(request.host, domainOf(app, world));
  return answerApp(world, request, app, target);
}

function answerApp(
  world: World,
  { path }: HttpRequest,
  app: StoredResource | undefined,
  target: HostTarget | undefined,
): HttpReply {
  const named = app && { name: app.name, set: revisionsOf(app, world) };
  const reply = app && target ? answerFromOutside(target, named, path, pickOf(world.countRequest(app.id))) : noSuchApp;
  return {
    status: reply.status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...(reply.revision !== undefined && { 'x-simulator-revision': reply.revision }),
    },
    body: reply.body,
    ...(reply.revision !== undefined && { revision: reply.revision }),
  };
}
