import { createHmac, randomUUID } from 'node:crypto';
import { discoveryDocument } from './entra-discovery.ts';
import type { HttpReply } from './http.ts';
import type { World } from './world.ts';

const TOKEN_LIFETIME_IN_SECONDS = 3600;

/** `login.microsoftonline.com`: tokens for the simulated deployer, by client credentials. */
export function answerEntra(world: World, method: string, path: string, form: URLSearchParams): HttpReply {
  const { tenantId, clientId, clientSecret, deployerId } = world.state;
  const document = method === 'GET' ? discoveryDocument(path, tenantId) : undefined;
  if (document) return json(200, document);
  const [, tenant = '', ...rest] = path.split('/');
  const route = `${method} /${rest.join('/')}`;
  if (tenant !== tenantId) return failure(400, 'invalid_tenant', `AADSTS90002: Tenant '${tenant}' not found.`);
  if (route !== 'POST /oauth2/v2.0/token' && route !== 'POST /oauth2/token')
    return failure(404, 'not_found', 'There is no such endpoint.');
  if (form.get('grant_type') !== 'client_credentials') {
    return failure(400, 'unsupported_grant_type', 'Only client_credentials are simulated.');
  }
  if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
    return failure(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
  }
  if (Date.parse(world.state.clientSecretExpires ?? '') <= world.now()) {
    // https://learn.microsoft.com/entra/identity-platform/reference-error-codes
    return failure(
      401,
      'invalid_client',
      `AADSTS7000222: The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app.`,
    );
  }
  const now = Math.floor(world.now() / 1000);
  const claims = {
    aud: (form.get('scope') ?? form.get('resource') ?? '').replace(/\/\.default$/, ''),
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: now,
    nbf: now,
    exp: now + TOKEN_LIFETIME_IN_SECONDS,
    appid: clientId,
    idtyp: 'app',
    oid: deployerId,
    tid: tenantId,
    uti: randomUUID(),
  };
  return json(200, {
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_IN_SECONDS,
    ext_expires_in: TOKEN_LIFETIME_IN_SECONDS,
    // The first version of the endpoint tells the end, too.
    ...(route === 'POST /oauth2/token' && { expires_on: String(claims.exp), resource: claims.aud }),
    access_token: sign(claims, world.state.signingKey),
  });
}

/** Object id behind a token of ours that is still good; undefined for anything else. */
export function principalOf(world: World, token: string | undefined): string | undefined {
  const [header, payload, signature] = (token ?? '').split('.');
  if (!header || !payload || signature !== signatureOf(`${header}.${payload}`, world.state.signingKey))
    return undefined;
  const { oid, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { oid?: string; exp?: number };
  return (exp ?? 0) * 1000 > world.now() ? oid : undefined;
}

function sign(claims: object, key: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
  return `${content}.${signatureOf(content, key)}`;
}

function signatureOf(content: string, key: string): string {
  return createHmac('sha256', key).update(content).digest('base64url');
}

function failure(status: number, error: string, error_description: string): HttpReply {
  return json(status, { error, error_description, error_codes: [], correlation_id: randomUUID() });
}

function json(status: number, body: object): HttpReply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
