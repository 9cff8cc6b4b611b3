import { type ImageReference, parseImageReference, type Repository } from '../content.ts';
import { registryOf } from './registries.ts';

/** What is known of an image in a registry that is not Azure's; one of which nothing is known is there for everybody. */
export interface ForeignImage {
  /** User name → password or token of those who may pull it; absent: everybody. */
  readonly users?: Readonly<Record<string, string>>;
  /** `linux/arm64`; absent: `linux/amd64`. */
  readonly platforms?: readonly string[];
  readonly isMissing?: boolean;
}

/** By name, with the tag or digest or for all of them. */
export type ForeignImages = Readonly<Record<string, ForeignImage>>;

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a registry decides about a pull: `denied` also of what it does not admit to be missing. */
export type PullJudgement = ForeignImage | 'denied' | 'missing';

/** The one answer to who may pull what: of Container Apps, imports, and the registries themselves. */
export function judgePull(
  images: ForeignImages,
  reference: ImageReference,
  account: string | undefined,
): PullJudgement {
  if (isDenied(images, reference, account)) return 'denied';
  const image = foreignImage(images, reference) ?? {};
  if (image.isMissing) return 'missing';
  return isFor(image, account) ? image : 'denied';
}

/** The same for who comes with credentials, which are refused when they are wrong, whatever they are for. */
export function judgePullWith(
  images: ForeignImages,
  reference: ImageReference,
  credentials: Credentials | undefined,
): PullJudgement {
  const account = credentials && accountOf(images, reference.host, credentials);
  return credentials && account === undefined ? 'denied' : judgePull(images, reference, account);
}

/** Whether the registry says of the whole repository that it is none of this user's. */
export function isDenied(images: ForeignImages, repository: Repository, account: string | undefined): boolean {
  if (isNowhere(images, repository)) return registryOf(repository.host)?.hasPrivate === true;
  const here = ofRepository(images, repository);
  return (
    here.some(({ other }) => isOfAll(other)) && !here.some(({ image }) => !image.isMissing && isFor(image, account))
  );
}

/** Whether there is no such repository at all. */
export function isNowhere(images: ForeignImages, repository: Repository): boolean {
  const here = ofRepository(images, repository);
  return here.some(({ other }) => isOfAll(other)) && here.every(({ image }) => image.isMissing);
}

/**
 * The user whom credentials prove. Where nothing is told of a registry's users anybody is one; where something is, a wrong password is
 * refused even for what is public, as registries do.
 */
export function accountOf(images: ForeignImages, host: string, credentials: Credentials): string | undefined {
  const name = nameOf(host);
  const users = Object.entries(images).flatMap(([key, image]) =>
    image.users && nameOf(parseImageReference(key)?.host ?? '') === name ? [image.users] : [],
  );
  const { username, password } = credentials;
  const isProven = users.some((one) => Object.hasOwn(one, username) && one[username] === password);
  return users.length === 0 || isProven ? username : undefined;
}

/** What was told of an image, by its name with the tag or digest or, of all of them, without. */
export function foreignImage(images: ForeignImages, reference: ImageReference): ForeignImage | undefined {
  const { tag = 'latest', digest } = reference;
  const found = ofRepository(images, reference);
  const exact = found.find(({ other }) =>
    other.digest === undefined ? other.tag === tag && digest === undefined : other.digest === digest,
  );
  const any = found.find(({ other }) => isOfAll(other));
  return (exact ?? any)?.image;
}

function ofRepository(
  images: ForeignImages,
  repository: Repository,
): readonly { readonly other: ImageReference; readonly image: ForeignImage }[] {
  const name = repositoryName(repository);
  return Object.entries(images).flatMap(([key, image]) => {
    const other = parseImageReference(key);
    return other && repositoryName(other) === name ? [{ other, image }] : [];
  });
}

function isOfAll({ tag, digest }: ImageReference): boolean {
  return tag === undefined && digest === undefined;
}

function isFor({ users }: ForeignImage, account: string | undefined): boolean {
  return !users || (account !== undefined && Object.hasOwn(users, account));
}

function nameOf(host: string): string {
  return registryOf(host)?.name ?? host;
}

/** `docker.io/library/nginx`, however it is written. */
export function repositoryName(repository: Repository): string {
  return `${nameOf(repository.host)}/${inFull(repository)}`;
}

/** Docker Hub's own images are those of `library`. */
function inFull({ host, repository }: Repository): string {
  return nameOf(host) === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
}

/**
 * What the registry says to who may not pull: Docker Hub in https://github.com/microsoft/azure-container-apps/issues/154, GitHub in
 * https://trivy.dev/docs/latest/references/troubleshooting/ (the same client library); others as Docker Hub does.
 */
export function pullRefusal({ host, repository, tag = 'latest', digest }: ImageReference): string {
  if (host === 'ghcr.io')
    return `GET https://ghcr.io/token?scope=repository%3A${encodeURIComponent(repository)}%3Apull&service=ghcr.io: DENIED: denied`;
  const name = inFull({ host, repository });
  const at = host === 'docker.io' ? 'index.docker.io' : host;
  return `GET https://${at}/v2/${name}/manifests/${digest ?? tag}: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:${name} Type:repository]]`;
}

/** The same library's words for what is not there: https://github.com/argoproj/argo-workflows/blob/main/workflow/controller/operator_test.go */
export function missingRefusal({ host, repository, tag = 'latest', digest }: ImageReference): string {
  const at = host === 'docker.io' ? 'index.docker.io' : host;
  const name = inFull({ host, repository });
  return `GET https://${at}/v2/${name}/manifests/${digest ?? tag}: MANIFEST_UNKNOWN: manifest unknown; unknown tag=${digest ?? tag}`;
}
