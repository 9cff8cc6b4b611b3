import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { propertiesOf } from '../arm/resource-body.ts';
import { issueToken } from '../entra.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { identitiesOf, SITE } from './site-state.ts';

/** Where apps get the tokens of their identities, on this machine as on the machines of the platform. */
export interface IdentityEndpoint {
  of(site: StoredResource): { readonly url: string; readonly header: string };
  close(): Promise<void>;
}

interface Asked {
  readonly header: string | undefined;
  readonly query: URLSearchParams;
}

/**
 * `GET /SITE/msi/token?resource=…&api-version=2019-08-01&client_id=…` with the header `X-IDENTITY-HEADER`:
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export async function openIdentityEndpoint(world: World): Promise<IdentityEndpoint> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://host');
    const { 'x-identity-header': header } = request.headers;
    const { status, body } = answer(world, url.pathname, { header: String(header ?? ''), query: url.searchParams });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    of: (site) => ({
      url: `http://127.0.0.1:${port}/${site.name.toLowerCase()}/msi/token`,
      header: headerFor(world, site),
    }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(world: World, path: string, { header, query }: Asked): { status: number; body: object } {
  const [, name = ''] = /^\/([^/]+)\/msi\/token$/.exec(path) ?? [];
  const site = world.resourcesOfType(SITE).find((one) => one.name.toLowerCase() === name);
  if (!site || header !== headerFor(world, site)) return failure(401, 'The identity header is not that of the app.');
  const resource = query.get('resource');
  if (!resource || query.get('api-version') !== '2019-08-01')
    return failure(400, 'resource and api-version are needed.');
  const identity = [...identitiesOf(world, site)].find(
    ([id, { body }]) =>
      propertiesOf(body).clientId === query.get('client_id') ||
      propertiesOf(body).principalId === query.get('principal_id') ||
      id === query.get('mi_res_id')?.toLowerCase(),
  )?.[1];
  if (!identity) {
    return failure(400, 'Unable to load the proper Managed Identity.');
  }
  const { clientId, principalId } = propertiesOf(identity.body);
  const { token, expiresAt } = issueToken(
    world,
    { clientId: String(clientId), objectId: String(principalId) },
    resource,
  );
  const body = {
    access_token: token,
    expires_on: String(expiresAt),
    resource,
    token_type: 'Bearer',
    client_id: clientId,
  };
  return { status: 200, body };
}

function failure(statusCode: number, message: string): { status: number; body: object } {
  return { status: statusCode, body: { statusCode, message } };
}

/** Nobody else knows it. */
function headerFor({ state }: World, { id }: StoredResource): string {
  return createHmac('sha256', state.signingKey).update(`identity header of ${id.toLowerCase()}`).digest('hex');
}
