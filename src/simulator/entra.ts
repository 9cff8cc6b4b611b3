import { createHmac, randomUUID } from 'node:crypto';
import { type Assertion, exchanged } from './entra/federation.ts';
import { discoveryDocument } from './entra-discovery.ts';
import type { HttpReply } from './http.ts';
import type { World } from './world.ts';

const TOKEN_LIFETIME_IN_SECONDS = 3600;
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** `login.microsoftonline.com`: tokens for the simulated deployer by its secret, and for identities by federated credentials. */
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
  const assertion = form.get('client_assertion');
  if (assertion !== null) return answerAssertion(world, form, assertion, route);
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
  return answerToken(world, form, { clientId, objectId: deployerId }, route);
}

/** An assertion of another issuer in place of a secret: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential */
function answerAssertion(world: World, form: URLSearchParams, assertion: string, route: string): HttpReply {
  const claims = claimsOf(world, assertion);
  if (form.get('client_assertion_type') !== JWT_BEARER || !claims) {
    return failure(401, 'invalid_client', 'AADSTS50027: JWT token is invalid or malformed.');
  }
  const found = exchanged(world, form.get('client_id') ?? '', claims);
  return 'error' in found
    ? failure(found.error === 'invalid_client' ? 401 : 400, found.error, found.description)
    : answerToken(world, form, found, route);
}

/** A token as another issuer would give one: its signature is the simulator's, which knows no keys of others. */
export function foreignAssertion(world: World, claims: Assertion): string {
  const now = Math.floor(world.now() / 1000);
  return sign({ ...claims, iat: now, nbf: now, exp: now + TOKEN_LIFETIME_IN_SECONDS }, world.state.signingKey);
}

function answerToken(
  world: World,
  form: URLSearchParams,
  client: { readonly clientId: string; readonly objectId: string },
  route: string,
): HttpReply {
  const audience = (form.get('scope') ?? form.get('resource') ?? '').replace(/\/\.default$/, '');
  const { token, expiresAt } = issueToken(world, client, audience);
  return json(200, {
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_IN_SECONDS,
    ext_expires_in: TOKEN_LIFETIME_IN_SECONDS,
    // The first version of the endpoint tells the end, too.
    ...(route === 'POST /oauth2/token' && { expires_on: String(expiresAt), resource: audience }),
    access_token: token,
  });
}

/** A token of an application or a managed identity, as everybody here takes it; `expiresAt` in seconds since 1970. */
export function issueToken(
  world: World,
  { clientId, objectId }: { readonly clientId: string; readonly objectId: string },
  audience: string,
): { readonly token: string; readonly expiresAt: number } {
  const { tenantId, signingKey } = world.state;
  const now = Math.floor(world.now() / 1000);
  const expiresAt = now + TOKEN_LIFETIME_IN_SECONDS;
  const claims = {
    ...{ aud: audience, iss: `https://sts.windows.net/${tenantId}/`, iat: now, nbf: now, exp: expiresAt },
    ...{ appid: clientId, idtyp: 'app', oid: objectId, tid: tenantId, uti: randomUUID() },
  };
  return { token: sign(claims, signingKey), expiresAt };
}

/**
 * Object id behind a token of ours that is still good; undefined for anything else.
 *
 * @param audiences for whom it must be; absent: whoever it is for
 */
export function principalOf(
  world: World,
  token: string | undefined,
  audiences?: readonly string[],
): string | undefined {
  const claims = claimsOf(world, token);
  const isMeant = audiences === undefined || audiences.includes(String(claims?.aud).replace(/\/+$/, ''));
  return isMeant ? claims?.oid : undefined;
}

interface Claims extends Assertion {
  readonly oid?: string;
  readonly exp?: number;
}

/** What a token of ours says that is still good. */
export function claimsOf(world: World, token: string | undefined): Claims | undefined {
  const [header, payload, signature] = (token ?? '').split('.');
  if (!header || !payload || signature !== signatureOf(`${header}.${payload}`, world.state.signingKey))
    return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  return (claims.exp ?? 0) * 1000 > world.now() ? claims : undefined;
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
