import { isJsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { findManifest, type ImageReference, parseImageReference } from '../registry/content.ts';
import { type ImageBehaviour, publicImage } from '../registry/image.ts';
import { type Cloud, type CloudResource, Role } from './cloud.ts';
import { principalId } from './identity.ts';
import { type Container, refusal, type Workload } from './model.ts';

export interface PulledImage {
  readonly behaviour: ImageBehaviour;
  /** Null for images of registries that are not simulated, unless named by digest. */
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
    if (/\.azurecr\.(io|us|cn)$/.test(reference.host)) return `dial tcp: lookup ${reference.host}: no such host`;
    return { behaviour: publicImage(reference.repository), digest: reference.digest ?? null };
  }
  if (!mayPull(cloud, workload, registry, reference.host)) {
    return `GET https://${reference.host}/oauth2/token?scope=repository%3A${encodeURIComponent(reference.repository)}%3Apull&service=${reference.host}: UNAUTHORIZED: authentication required, visit https://aka.ms/acr/authorization for more information.`;
  }
  return manifest(cloud, registry, reference);
}

function manifest(
  cloud: Cloud,
  registry: CloudResource,
  { repository, tag, digest }: ImageReference,
): PulledImage | string {
  const content = cloud.contentOf(registry.id);
  const found = content && findManifest(content, repository, digest ?? tag ?? 'latest', cloud.now);
  if (found) return { behaviour: found.behaviour, digest: found.digest };
  return digest
    ? `MANIFEST_UNKNOWN: manifest ${digest} is not found`
    : `MANIFEST_UNKNOWN: manifest tagged by "${tag ?? 'latest'}" is not found; map[Tag:${tag ?? 'latest'}]`;
}

/** AcrPull counts in the classic role mode only; with ABAC the repository roles do. */
function mayPull(cloud: Cloud, workload: Workload, registry: CloudResource, host: string): boolean {
  const credentials = workload.properties?.configuration?.registries?.find(
    (entry) => entry.server?.toLowerCase() === host,
  );
  if (!credentials) return false;
  const properties = isJsonObject(registry.body.properties) ? registry.body.properties : {};
  if (!credentials.identity) return properties.adminUserEnabled === true;
  const principal = principalId(cloud, credentials.identity);
  const roles =
    properties.roleAssignmentMode === 'AbacRepositoryPermissions'
      ? [Role.registryRepositoryReader, Role.registryRepositoryWriter]
      : [Role.acrPull, Role.acrPush];
  return principal !== undefined && cloud.hasRole(principal, registry.id, roles);
}

function loginServer({ body }: CloudResource): string | undefined {
  return isJsonObject(body.properties) && typeof body.properties.loginServer === 'string'
    ? body.properties.loginServer.toLowerCase()
    : undefined;
}
