/** An image by Docker's rules, with everything that it leaves out. */
export interface ImageReference {
  /** Host, and port where it has one; `docker.io` where the reference names none. */
  readonly server: string;
  /** `library/rabbitmq` for `rabbitmq`. */
  readonly repository: string;
  /** A tag, or `sha256:…`, which counts where there are both. */
  readonly version: string;
}

const DOCKER_HUB = 'docker.io';
/** Other names of the same: https://github.com/distribution/reference/blob/main/normalize.go */
const ALSO_DOCKER_HUB = ['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];

/**
 * What comes before the first slash is a host when it looks like one: `splitDockerDomain` in
 * https://github.com/distribution/reference/blob/main/normalize.go
 */
export function imageReference(image: string): ImageReference {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const server = isHost ? registryServer(first) : DOCKER_HUB;
  const path = isHost ? rest.join('/') : image;
  const [named = '', digest] = path.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon === -1 ? named : named.slice(0, colon);
  const tag = colon === -1 ? 'latest' : named.slice(colon + 1);
  const isOfficial = server === DOCKER_HUB && !name.includes('/');
  return { server, repository: isOfficial ? `library/${name}` : name, version: digest ?? tag };
}

/** One name for one registry. */
export function registryServer(host: string): string {
  const server = host.toLowerCase();
  return ALSO_DOCKER_HUB.includes(server) ? DOCKER_HUB : server;
}
