import type { JsonObject } from '../../../shared/json.ts';

/** How a public registry speaks to whoever pulls: https://distribution.github.io/distribution/spec/auth/token/ */
export interface Registry {
  /** As names of images have it: `docker.io`. */
  readonly name: string;
  /** Where its tokens are had; absent: it asks nobody who he is. */
  readonly realm?: string;
  readonly service: string;
  /** The scope that it asks for where that is not the repository. */
  readonly scope?: string;
  /** What it names as scope where nothing was asked for yet. */
  readonly placeholder?: string;
  /** Public images are given without a token. */
  readonly isOpen?: boolean;
  /** Whoever has not said who he is hears at the token's address already that a repository is none of his. */
  readonly judgesEarly?: boolean;
  /** What is said to who may not pull; 401 goes with a challenge. */
  readonly denial: { readonly status: 401 | 403; readonly code: string; readonly message: string };
  /** Some may be pulled by some only; a repository that is not there is then answered as one of somebody else. */
  readonly hasPrivate: boolean;
  /** What is said at the token's address to a user with a wrong password. */
  readonly wrongPassword: { readonly status: 401 | 403; readonly body: JsonObject };
  /** Takes the form of OAuth at its token's address: https://distribution.github.io/distribution/spec/auth/oauth/ */
  readonly takesForms?: boolean;
  /** Blobs are not here but behind a redirect to this host. */
  readonly storage?: { readonly host: string; readonly status: 302 | 307 };
  /** Pulls are counted, by address or user. */
  readonly isLimited?: boolean;
}

/** What the reference implementation says: https://github.com/distribution/distribution/blob/v2.8.3/registry/auth/token/accesscontroller.go */
const COMMON = {
  denial: { status: 401, code: 'UNAUTHORIZED', message: 'authentication required' },
  wrongPassword: { status: 401, body: errors('UNAUTHORIZED', 'incorrect username or password') },
  hasPrivate: true,
} as const;

/** Its words about a wrong password: https://github.com/distribution/distribution/blob/v2.8.3/registry/client/errors.go; has forms, and the redirect, from https://github.com/opencontainers/distribution-spec/issues/299 */
const DOCKER_HUB: Registry = {
  ...COMMON,
  name: 'docker.io',
  realm: 'https://auth.docker.io/token',
  service: 'registry.docker.io',
  wrongPassword: { status: 401, body: { details: 'incorrect username or password' } },
  takesForms: true,
  storage: { host: 'production.cloudflare.docker.com', status: 307 },
  isLimited: true,
};

/** 401 and 403 of the token's address: https://github.com/openai/tunnel-client/issues/75, https://github.com/akuity/kargo/pull/778 */
const GITHUB: Registry = {
  name: 'ghcr.io',
  realm: 'https://ghcr.io/token',
  service: 'ghcr.io',
  // https://github.com/cloudflare/serverless-registry/pull/149
  placeholder: 'repository:user/image:pull',
  judgesEarly: true,
  denial: { status: 403, code: 'DENIED', message: 'denied' },
  wrongPassword: { status: 403, body: errors('DENIED', 'denied') },
  hasPrivate: true,
  // https://github.com/buildkite/cleanroom/pull/330
  storage: { host: 'pkg-containers.githubusercontent.com', status: 307 },
};

/** Public without a token, all else 401: https://github.com/quay/claircore/pull/879; the words: https://github.com/jgsqware/clairctl/issues/62 */
const QUAY: Registry = {
  name: 'quay.io',
  realm: 'https://quay.io/v2/auth',
  service: 'quay.io',
  isOpen: true,
  denial: { status: 401, code: 'UNAUTHORIZED', message: 'access to the requested resource is not authorized' },
  wrongPassword: { status: 401, body: errors('UNAUTHORIZED', 'Invalid Username or Password') },
  hasPrivate: true,
  // Its bucket takes no token beside the signature: https://github.com/renovatebot/renovate/issues/5155
  storage: { host: 'cdn01.quay.io', status: 302 },
};

/** Asks nobody, and has its blobs elsewhere: https://github.com/microsoft/containerregistry/blob/main/docs/client-firewall-rules.md */
const MICROSOFT: Registry = {
  ...COMMON,
  name: 'mcr.microsoft.com',
  service: 'mcr.microsoft.com',
  hasPrivate: false,
  storage: { host: 'westeurope.data.mcr.microsoft.com', status: 307 },
};

/** One scope for all of it: https://github.com/renovatebot/renovate/blob/main/lib/modules/datasource/docker/index.spec.ts */
const AMAZON: Registry = {
  ...COMMON,
  name: 'public.ecr.aws',
  realm: 'https://public.ecr.aws/token/',
  service: 'public.ecr.aws',
  scope: 'aws',
  hasPrivate: false,
};

/** https://docs.gitlab.com/administration/packages/container_registry/ */
const GITLAB: Registry = {
  ...COMMON,
  name: 'registry.gitlab.com',
  realm: 'https://gitlab.com/jwt/auth',
  service: 'container_registry',
  wrongPassword: { status: 401, body: errors('UNAUTHORIZED', 'HTTP Basic: Access denied') },
};

/** Refused with the token, whether it is there or not: https://github.com/argoproj/argo-cd/issues/26260; public without one: see quay.io */
function google(name: string): Registry {
  const denial = {
    status: 403,
    code: 'DENIED',
    message:
      'Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts" (or it may not exist)',
  } as const;
  const realm = `https://${name}/v2/token`;
  return {
    ...{ ...COMMON, name, realm, service: name, isOpen: true, judgesEarly: true, denial },
  };
}

/** One that somebody runs himself, with tokens of its own. */
function selfHosted(name: string): Registry {
  return { ...COMMON, name, realm: `https://${name}/v2/token`, service: name };
}

function errors(code: string, message: string): JsonObject {
  return { errors: [{ code, message }] };
}

const NAMED = [DOCKER_HUB, GITHUB, QUAY, MICROSOFT, AMAZON, GITLAB];
const DOCKER_HUB_HOSTS = ['registry-1.docker.io', 'index.docker.io', 'registry.hub.docker.com'];

/**
 * The registry at a host of images' names. Whatever is no registry of Azure's is one of somebody else: which hosts have a registry
 * cannot be known here, as little as which images there are, and who pulls must not find what who looks does not.
 */
export function registryOf(host: string): Registry | undefined {
  const name = host.replace(/:443$/, '');
  if (/\.azurecr\.(io|us|cn)$/.test(name)) return undefined;
  if (DOCKER_HUB_HOSTS.includes(name)) return DOCKER_HUB;
  const named = NAMED.find((registry) => registry.name === name);
  return named ?? (/(^|\.)gcr\.io$|-docker\.pkg\.dev$/.test(name) ? google(name) : selfHosted(name));
}

/** The registry that answers a path of its protocol at this host; `docker.io` itself is a web site. */
export function registryAt(host: string, path: string): Registry | undefined {
  return path.startsWith('/v2/') && host !== DOCKER_HUB.name ? registryOf(host) : undefined;
}

/** The registry whose tokens are had at this address. */
export function registryOfRealm(host: string, path: string): Registry | undefined {
  const address = `https://${host}${path}`;
  return [...NAMED, registryOf(host)].find((registry) => registry?.realm === address);
}

/** The registry whose blobs lie at this host. */
export function registryOfStorage(host: string): Registry | undefined {
  return NAMED.find(({ storage }) => storage?.host === host);
}
