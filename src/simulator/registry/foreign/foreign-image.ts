import { type ImageReference, parseImageReference } from '../content.ts';

/** What is known of an image in a registry that is not simulated; one of which nothing is known is there for everybody. */
export interface ForeignImage {
  /** User name → password or token of those who may pull it; absent: everybody. */
  readonly users?: Readonly<Record<string, string>>;
  /** `linux/arm64`; absent: `linux/amd64`. */
  readonly platforms?: readonly string[];
  readonly isMissing?: boolean;
}

/** What was told of an image, by its name with the tag or digest or, of all of them, without. */
export function foreignImage(
  known: Readonly<Record<string, ForeignImage>>,
  { host, repository, tag = 'latest', digest }: ImageReference,
): ForeignImage | undefined {
  const found = Object.entries(known).filter(([name]) => {
    const other = parseImageReference(name);
    return other?.host === host && inFull(other) === inFull({ host, repository });
  });
  const exact = found.find(([name]) => {
    const other = parseImageReference(name);
    return other?.digest === undefined ? other?.tag === tag && digest === undefined : other.digest === digest;
  });
  const any = found.find(([name]) => {
    const other = parseImageReference(name);
    return other?.tag === undefined && other?.digest === undefined;
  });
  return (exact ?? any)?.[1];
}

/** Docker Hub's own images are those of `library`. */
function inFull({ host, repository }: Pick<ImageReference, 'host' | 'repository'>): string {
  return host === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
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
