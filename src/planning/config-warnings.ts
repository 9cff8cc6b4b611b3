import { hasOriginalShape } from '../domain/config/defaults.ts';
import type { DeploymentConfig, ServiceConfig } from '../domain/config/model.ts';
import { knownImage } from '../domain/config/service/known-images.ts';
import { shareVolumesOf } from '../domain/config/service/service-shares.ts';
import { workloads } from '../domain/config/workloads.ts';
import { nameOf } from '../domain/ids.ts';
import { imageReference, registryServer } from '../domain/images/image-reference.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { type CodedWarning, coded } from '../domain/warnings/warning-codes.ts';
import { isSideBySide } from '../resources/container-app.ts';

/** What the user should know of a deployment although nothing is wrong with its configuration. */
export function configWarnings(config: DeploymentConfig): readonly CodedWarning[] {
  const warnings: CodedWarning[] = [];
  warnings.push(...dataWarnings(config));
  const replaced = [...config.services.application, ...config.services.infrastructure].filter(
    (service) => !isSideBySide(service),
  );
  if (replaced.length > 0) {
    warnings.push(
      coded(
        'not_side_by_side',
        `${replaced.map(({ name }) => name).join(', ')}: replaced as soon as a new revision is ready, and not taken back when a release fails; all others get their traffic only once they are judged.`,
      ),
    );
  }
  warnings.push(...registryWarnings(config));
  if (hasSection(config, 'postgresql')) warnings.push(...databaseWarnings(config));
  warnings.push(...networkWarnings(config), ...mongodbWarnings(config));
  if (hasSection(config, 'redis') && config.redis.kind === 'auto') {
    warnings.push(
      coded(
        'redis_retiring',
        `Redis ${config.redis.sku} ${config.redis.vmSize} becomes the nearest Azure Managed Redis, unless a classic cache of that name exists: the old kind is retiring.`,
      ),
    );
  }
  return warnings;
}

function registryWarnings(config: DeploymentConfig): readonly CodedWarning[] {
  const { registries = {}, docker, release } = config;
  const images = workloads(config).flatMap(({ workload }) => [
    workload,
    ...(workload.sidecars ?? []),
    ...(workload.init ?? []),
  ]);
  const prebuilt = docker.registry ? [`${docker.registry.server}/any`] : [];
  const given = [...images.flatMap(({ image }) => image ?? []), ...prebuilt, release.smokeImage];
  const servers = new Set(given.map((image) => imageReference(image).server));
  return Object.entries(registries).flatMap(([server, access]) => {
    if (!servers.has(registryServer(server)))
      return [coded('registry_unused', `registries.${server} is not used: no image comes from there.`)];
    const isLeft = access.kind === 'identity' && access.registryId === undefined;
    return isLeft
      ? [
          coded(
            'pull_not_granted',
            `AcrPull on ${server} is not granted by this deployment: whoever owns that registry gives it to the applications’ identity.`,
          ),
        ]
      : [];
  });
}

/** What holds data, where it is lost with the container or with the name of its node. */
function dataWarnings({ services: { infrastructure } }: DeploymentConfig): readonly CodedWarning[] {
  const [kept, lost] = [true, false].map((isKept) =>
    infrastructure.filter((service) => shareVolumesOf(service).length > 0 === isKept),
  );
  return [...lostWarning(lost ?? []), ...(kept ?? []).flatMap(nodeWarning)];
}

function lostWarning(services: readonly ServiceConfig[]): readonly CodedWarning[] {
  if (services.length === 0) return [];
  const without = services.filter(({ image }) => knownImage(image)?.refused !== undefined).map(({ name }) => name);
  const except = without.length === 0 ? '' : `, though not that of ${without.join(' and ')}`;
  const names = services.map(({ name }) => name).join(' and ');
  return [
    coded(
      'data_in_container',
      `What ${names} ${services.length === 1 ? 'writes' : 'write'} lies in the container and goes with it: it is not persistent. A file share keeps it (storage.shares, and volumes of the service)${except}; so does a managed service.`,
    ),
  ];
}

function nodeWarning({ name, image, env }: ServiceConfig): readonly CodedWarning[] {
  const { title, namedBy } = knownImage(image) ?? {};
  if (!namedBy || env[namedBy.variable]) return [];
  return [
    coded(
      'new_data_folder',
      `${name}: ${title} names its folder for its host, so each new replica begins with an empty one; ${namedBy.variable}: ${namedBy.value} keeps it.`,
    ),
  ];
}

function databaseWarnings({ postgresql: { sku, postgresSku } }: DeploymentConfig): readonly CodedWarning[] {
  const warnings: CodedWarning[] = [];
  if (postgresSku !== undefined) {
    warnings.push(
      coded(
        'postgresql_two_sizes',
        `postgresql.postgres_sku is ${postgresSku} and postgresql.sku is ${sku}: a new server gets ${sku}, and one that the original script made keeps the size that it has; leave out the one that is not meant.`,
      ),
    );
  }
  warnings.push(
    coded(
      'postgresql_open',
      'PostgreSQL is open to Azure services of any tenant (firewall rule 0.0.0.0); its password is the protection.',
    ),
  );
  return warnings;
}

/** https://learn.microsoft.com/azure/storage/files/files-nfs-protocol */
function networkWarnings({ storage, containerApps: { subnet } }: DeploymentConfig): readonly CodedWarning[] {
  const shares = Object.entries(storage?.shares ?? {}).filter(([, { protocol }]) => protocol === 'nfs');
  if (!storage || subnet === undefined || shares.length === 0) return [];
  const names = shares.map(([name]) => name).join(' and ');
  return [
    coded(
      'nfs_unencrypted',
      `${storage.account}: ${names} by NFS, without encryption and without a password: only the environment's network is let in, and the subnet ${nameOf(subnet)} needs the service endpoint Microsoft.Storage.`,
    ),
  ];
}

function mongodbWarnings({ services }: DeploymentConfig): readonly CodedWarning[] {
  if (!hasOriginalShape(services.application.map(({ key }) => key))) return [];
  const expectsMongo = ['draft_service', 'rag_service'].filter((key) =>
    services.application.some((service) => service.key === key && !('MONGODB_URL' in service.env)),
  );
  if (expectsMongo.length === 0) return [];
  return [
    coded('mongodb_missing', `mongodb.connection_url is empty: ${expectsMongo.join(' and ')} get no MONGODB_URL.`),
  ];
}
