import { isJsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { findManifest, type ImageReference, parseImageReference } from '../registry/content.ts';
import { type Credentials, judgePullWith, missingRefusal, pullRefusal } from '../registry/foreign/foreign-image.ts';
import { PLATFORM } from '../registry/foreign/image-content.ts';
import { registryOf } from '../registry/foreign/registries.ts';
import { type ImageBehaviour, publicImage } from '../registry/image.ts';
import { type Cloud, type CloudResource, Role } from './cloud.ts';
import { principalId } from './identity.ts';
import { type Container, type RegistryCredentials, refusal, type Workload } from './model.ts';
import { secretValue } from './secret-references.ts';

export interface PulledImage {
  readonly behaviour: ImageBehaviour;
  /** Null for images of registries that are not Azure's, unless named by digest. */
  readonly digest: string | null;
}

/** All images of a template, or why one cannot be pulled: the operation then fails with this error. */
export function pullImages(
  cloud: Cloud,
  kind: 'container app' | 'job',
  name: string,
  workload: Workload,
  containers: readonly Container[],
): { readonly images: readonly PulledImage[] } | { readonly failure: Refusal } {
  const images: PulledImage[] = [];
  for (const container of containers) {
    const pulled = pull(cloud, workload, container.image ?? '');
    if (typeof pulled === 'string') {
      return {
        failure: refusal(
          'ContainerAppOperationError',
          `Failed to provision revision for ${kind} '${name}'. Error details: The following field(s) are either invalid or missing. Field 'template.containers.${container.name}.image' is invalid with details: 'Invalid value: "${container.image}": ${pulled}';.`,
        ),
      };
    }
    images.push(pulled);
  }
  return { images };
}

/** The image, or the words of the registry that refuses it. */
function pull(cloud: Cloud, workload: Workload, image: string): PulledImage | string {
  const reference = parseImageReference(image);
  if (!reference) return 'could not parse reference';
  const registry = cloud
    .resourcesOfType('Microsoft.ContainerRegistry/registries')
    .find((candidate) => loginServer(candidate) === reference.host);
  if (!registry) {
    if (!registryOf(reference.host)) return `dial tcp: lookup ${reference.host}: no such host`;
    return pullForeign(cloud, workload, image, reference);
  }
  if (!mayPull(cloud, workload, registry, reference.host)) {
    return `GET https://${reference.host}/oauth2/token?scope=repository%3A${encodeURIComponent(reference.repository)}%3Apull&service=${reference.host}: UNAUTHORIZED: authentication required, visit https://aka.ms/acr/authorization for more information.`;
  }
  return manifest(cloud, registry, reference);
}

/** An identity is of use with registries of Azure only: https://learn.microsoft.com/azure/container-apps/managed-identity-image-pull */
function pullForeign(cloud: Cloud, workload: Workload, image: string, reference: ImageReference): PulledImage | string {
  const entry = credentialsFor(workload, hostNames(image, reference));
  const password = entry && passwordOf(cloud, workload, entry);
  const credentials: Credentials | undefined =
    entry && password !== undefined ? { username: entry.username ?? '', password } : undefined;
  const judgement = judgePullWith(cloud.foreignImages, reference, credentials);
  if (judgement === 'denied') return pullRefusal(reference);
  if (judgement === 'missing') return missingRefusal(reference);
  return (
    platformProblem(judgement.platforms) ?? {
      behaviour: publicImage(reference.repository),
      digest: reference.digest ?? null,
    }
  );
}

/**
 * Under which servers the credentials of an image are found. Docker Hub has two names; an image without a host is not found under
 * `docker.io` (https://github.com/microsoft/azure-container-apps/issues/154).
 */
function hostNames(image: string, { host }: ImageReference): readonly string[] {
  if (host !== 'docker.io') return [host];
  return /^docker\.io\//i.test(image) ? ['docker.io', 'index.docker.io'] : ['index.docker.io'];
}

function manifest(
  cloud: Cloud,
  registry: CloudResource,
  { repository, tag, digest }: ImageReference,
): PulledImage | string {
  const content = cloud.contentOf(registry.id);
  const found = content && findManifest(content, repository, digest ?? tag ?? 'latest', cloud.now);
  if (found) return platformProblem(found.platforms) ?? { behaviour: found.behaviour, digest: found.digest };
  return digest
    ? `MANIFEST_UNKNOWN: manifest ${digest} is not found`
    : `MANIFEST_UNKNOWN: manifest tagged by "${tag ?? 'latest'}" is not found; map[Tag:${tag ?? 'latest'}]`;
}

/**
 * What containers run on: https://learn.microsoft.com/azure/container-apps/containers#limitations; the words:
 * https://github.com/microsoft-foundry/foundry-agent-webapp/issues/9
 */
function platformProblem(platforms: readonly string[] = [PLATFORM]): string | undefined {
  return platforms.includes(PLATFORM) ? undefined : `image OS/Arc must be ${PLATFORM} but found ${platforms[0]}`;
}

/** AcrPull counts in the classic role mode only; with ABAC the repository roles do. */
function mayPull(cloud: Cloud, workload: Workload, registry: CloudResource, host: string): boolean {
  const properties = isJsonObject(registry.body.properties) ? registry.body.properties : {};
  // https://learn.microsoft.com/azure/container-registry/anonymous-pull-access
  if (properties.anonymousPullEnabled === true) return true;
  const credentials = credentialsFor(workload, [host]);
  if (!credentials) return false;
  if (!credentials.identity) {
    const password = passwordOf(cloud, workload, credentials);
    return password !== undefined && cloud.isRegistryUser(registry.id, credentials.username ?? '', password);
  }
  const principal = principalId(cloud, credentials.identity);
  const roles =
    properties.roleAssignmentMode === 'AbacRepositoryPermissions'
      ? [Role.registryRepositoryReader, Role.registryRepositoryWriter]
      : [Role.acrPull, Role.acrPush];
  return principal !== undefined && cloud.hasRole(principal, registry.id, roles);
}

function credentialsFor({ properties }: Workload, hosts: readonly string[]): RegistryCredentials | undefined {
  return properties?.configuration?.registries?.find(({ server }) => hosts.includes(server?.toLowerCase() ?? ''));
}

function passwordOf(cloud: Cloud, workload: Workload, { passwordSecretRef }: RegistryCredentials): string | undefined {
  return passwordSecretRef ? secretValue(cloud, workload, passwordSecretRef) : undefined;
}

function loginServer({ body }: CloudResource): string | undefined {
  return isJsonObject(body.properties) && typeof body.properties.loginServer === 'string'
    ? body.properties.loginServer.toLowerCase()
    : undefined;
}
