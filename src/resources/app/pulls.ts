import type { DeploymentConfig, ServiceConfig } from '../../domain/config/model.ts';
import type { RegistryAccess } from '../../domain/config/model-choices.ts';
import { accessTo } from '../../domain/config/registries.ts';
import { SecretName } from '../../domain/config/secrets.ts';
import type { ServiceContainers } from '../../domain/config/service/service-containers.ts';
import type { DesireInput } from '../../domain/desired.ts';
import { imageReference } from '../../domain/images/image-reference.ts';
import { hasSection } from '../../domain/sections/sections.ts';
import type { JsonObject } from '../../shared/json.ts';
import { secretRef } from './workload.ts';

/** How a workload signs in to the registries from which it pulls, and the vault secrets with the passwords for that. */
export interface Pulls {
  readonly registries: readonly JsonObject[];
  readonly secrets: readonly string[];
}

type ImageOwner = Pick<ServiceConfig, 'image' | 'name'> & Pick<ServiceContainers, 'init' | 'sidecars'>;

/** Of a service or a job: of its own image, and of those that containers beside it bring. */
export function pullsOf(input: DesireInput, workload: ImageOwner): Pulls {
  const own = ownPulls(input, workload);
  const beside = [...(workload.sidecars ?? []), ...(workload.init ?? [])].flatMap(({ image }) => image ?? []);
  const { registry } = input.config.docker;
  const prebuilt = registry && workload.image === undefined ? [`${registry.server}/${workload.name}`] : [];
  const others = pullsOfImages(input, [
    ...prebuilt,
    ...(workload.image === undefined ? [] : [workload.image]),
    ...beside,
  ]);
  const hosts = own.registries.map(({ server }) => hostOf(String(server)));
  return {
    registries: [...own.registries, ...others.registries.filter(({ server }) => !hosts.includes(String(server)))],
    secrets: [...own.secrets, ...others.secrets],
  };
}

/** Of images that are pulled as `registries` of the configuration says. */
export function pullsOfImages(input: DesireInput, images: readonly string[]): Pulls {
  const servers = [...new Set(images.map((image) => imageReference(image).server))].sort();
  const entries = servers.flatMap((server): readonly { entry: JsonObject; secrets: readonly string[] }[] => {
    const access = accessTo(input.config, server) ?? ofOwnRegistry(input.config, server);
    if (!access) return [];
    if (access.kind === 'identity')
      return [{ entry: { server, identity: input.outputs.read('identityId') }, secrets: [] }];
    const { username, secret } = access;
    return [
      {
        entry: { server: credentialServer(server), username, passwordSecretRef: secretRef(secret) },
        secrets: [secret],
      },
    ];
  });
  return { registries: entries.map(({ entry }) => entry), secrets: entries.flatMap(({ secrets }) => secrets) };
}

/**
 * Container Apps find the credentials of an image of Docker Hub under this name, with and without a host in its reference
 * (https://github.com/microsoft/azure-container-apps/issues/154).
 */
function credentialServer(server: string): string {
  return server === 'docker.io' ? 'index.docker.io' : server;
}

/** What somebody pushed into the registry of the deployment is pulled from there as what is built. */
function ofOwnRegistry(config: DeploymentConfig, server: string): RegistryAccess | undefined {
  const isOwn = server === `${config.containerRegistry.name}.azurecr.io`.toLowerCase();
  return isOwn && hasSection(config, 'containerRegistry') ? { kind: 'identity' } : undefined;
}

/** Of what is built, or has a registry of its own in `docker`: ours by the identity, a foreign one by a password of the vault. */
function ownPulls({ config, outputs }: DesireInput, { image }: Pick<ServiceConfig, 'image'>): Pulls {
  const { registry } = config.docker;
  if (image !== undefined) return { registries: [], secrets: [] };
  if (!registry) {
    return {
      registries: [{ server: outputs.read('loginServer'), identity: outputs.read('identityId') }],
      secrets: [],
    };
  }
  if (registry.username === undefined) return { registries: [], secrets: [] };
  const passwordSecretRef = secretRef(SecretName.registryPassword);
  return {
    registries: [{ server: registry.server, username: registry.username, passwordSecretRef }],
    secrets: [SecretName.registryPassword],
  };
}

/** `docker.registry` may have a path. */
function hostOf(server: string): string {
  return server.split('/')[0]?.toLowerCase() ?? '';
}
