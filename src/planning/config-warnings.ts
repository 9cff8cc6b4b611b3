import { hasOriginalShape } from '../domain/config/defaults.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { workloads } from '../domain/config/workloads.ts';
import { imageReference, registryServer } from '../domain/images/image-reference.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { isSideBySide } from '../resources/container-app.ts';

/** What the user should know of a deployment although nothing is wrong with its configuration. */
export function configWarnings(config: DeploymentConfig): string[] {
  const warnings: string[] = [];
  const lost = config.services.infrastructure.map(({ name }) => name);
  if (lost.length > 0) warnings.push(`${lost.join(' and ')} keep their data in the container: it is not persistent.`);
  const replaced = [...config.services.application, ...config.services.infrastructure].filter(
    (service) => !isSideBySide(service),
  );
  if (replaced.length > 0) {
    warnings.push(
      `${replaced.map(({ name }) => name).join(', ')}: replaced as soon as a new revision is ready, and not taken back when a release fails; all others get their traffic only once they are judged.`,
    );
  }
  warnings.push(...registryWarnings(config));
  if (hasSection(config, 'postgresql')) warnings.push(...databaseWarnings(config));
  warnings.push(...mongodbWarnings(config));
  if (hasSection(config, 'redis') && config.redis.kind === 'auto') {
    warnings.push(
      `Redis ${config.redis.sku} ${config.redis.vmSize} becomes the nearest Azure Managed Redis, unless a classic cache of that name exists: the old kind is retiring.`,
    );
  }
  return warnings;
}

function registryWarnings(config: DeploymentConfig): readonly string[] {
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
    if (!servers.has(registryServer(server))) return [`registries.${server} is not used: no image comes from there.`];
    const isLeft = access.kind === 'identity' && access.registryId === undefined;
    return isLeft
      ? [
          `AcrPull on ${server} is not granted by this deployment: whoever owns that registry gives it to the applications’ identity.`,
        ]
      : [];
  });
}

function databaseWarnings({ postgresql: { sku, postgresSku } }: DeploymentConfig): readonly string[] {
  const warnings: string[] = [];
  if (postgresSku !== undefined) {
    warnings.push(
      `postgresql.postgres_sku is ${postgresSku} and postgresql.sku is ${sku}: a new server gets ${sku}, and one that the original script made keeps the size that it has; leave out the one that is not meant.`,
    );
  }
  warnings.push(
    'PostgreSQL is open to Azure services of any tenant (firewall rule 0.0.0.0); its password is the protection.',
  );
  return warnings;
}

function mongodbWarnings({ services }: DeploymentConfig): readonly string[] {
  if (!hasOriginalShape(services.application.map(({ key }) => key))) return [];
  const expectsMongo = ['draft_service', 'rag_service'].filter((key) =>
    services.application.some((service) => service.key === key && !('MONGODB_URL' in service.env)),
  );
  if (expectsMongo.length === 0) return [];
  return [`mongodb.connection_url is empty: ${expectsMongo.join(' and ')} get no MONGODB_URL.`];
}
