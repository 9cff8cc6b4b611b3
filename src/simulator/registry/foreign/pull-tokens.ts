import { basicOf, type HttpRequest, headerOf } from '../../http.ts';
import type { World } from '../../world.ts';
import { failure, type RegistryReply } from '../access/registry-reply.ts';
import { readToken, signToken } from '../access/signed-token.ts';
import { accountOf, type Credentials, isDenied } from './foreign-image.ts';
import type { Registry } from './registries.ts';

const LIFETIME_IN_SECONDS = 300;

/** Who pulls: nobody in particular, or a user; and for what the token was made. */
export interface Puller {
  readonly account: string | undefined;
  readonly scopes: readonly string[];
}

/**
 * A token of a registry that is not Azure's (https://distribution.github.io/distribution/spec/auth/token/): for everybody, or for a
 * user with his password. It says for what it was asked; what may be pulled with it is judged when it is.
 */
export function answerTokenRequest(world: World, registry: Registry, request: HttpRequest): RegistryReply {
  const isForm = request.method === 'POST';
  // https://github.com/containerd/containerd/blob/main/core/remotes/docker/authorizer.go: others know the GET alone.
  if (isForm ? !registry.takesForms : request.method !== 'GET') return failure(404, 'NOT_FOUND', 'page not found');
  const fields = isForm ? new URLSearchParams(request.body.toString('utf8')) : request.query;
  const credentials = isForm ? formCredentials(fields) : basicOf(request);
  const account = credentials && accountOf(world.state.behaviour.images, registry.name, credentials);
  if ((credentials || isForm || headerOf(request, 'authorization')) && account === undefined)
    return { headers: {}, ...registry.wrongPassword };
  const scopes = fields.getAll('scope').flatMap((scope) => scope.split(' '));
  if (registry.judgesEarly) {
    const refusal = scopes.map((scope) => earlyRefusal(world, registry, scope, account)).find(Boolean);
    if (refusal) return refusal;
  }
  const content = { aud: fields.get('service') ?? '', sub: account ?? '', registry: registry.name, scopes };
  const signer = { secret: world.state.signingKey, now: world.now() };
  const token = signToken(signer, content, LIFETIME_IN_SECONDS);
  const times = { expires_in: LIFETIME_IN_SECONDS, issued_at: new Date(world.now()).toISOString() };
  return { status: 200, headers: {}, body: isForm ? { access_token: token, ...times } : { token, ...times } };
}

/** Whom a bearer token is from; undefined when it is not this registry's, or over. */
export function pullerOf(world: World, { name, service }: Registry, token: string): Puller | undefined {
  const content = readToken({ secret: world.state.signingKey, now: world.now() }, token);
  if (content?.aud !== service || content.registry !== name) return undefined;
  const scopes = Array.isArray(content.scopes) ? content.scopes.map(String) : [];
  return { account: content.sub === '' ? undefined : String(content.sub), scopes };
}

function formCredentials(fields: URLSearchParams): Credentials | undefined {
  const username = fields.get('username');
  if (fields.get('grant_type') !== 'password' || username === null) return undefined;
  return { username, password: fields.get('password') ?? '' };
}

/** More than to pull is for users alone: https://github.com/cloudflare/serverless-registry/pull/149 */
function earlyRefusal(
  { state }: World,
  { name, denial }: Registry,
  scope: string,
  account: string | undefined,
): RegistryReply | undefined {
  const [, repository, actions] = /^repository:(.+):([^:]+)$/.exec(scope) ?? [];
  if (repository === undefined || account !== undefined) return undefined;
  const isRefused = actions !== 'pull' || isDenied(state.behaviour.images, { host: name, repository }, account);
  return isRefused ? failure(denial.status, denial.code, denial.message) : undefined;
}
