import { imageUsers } from '../config/workloads.ts';
import { createContainerRegistry } from './create-container-registry.ts';
import type { Definition } from './definition.ts';

export const buildAndPushImages = {
  name: 'build_and_push_images',
  number: 9,
  title: 'Build and push images',
  makes: 'images, built in the registry, tagged by the digest of their sources',
  dependsOn: [createContainerRegistry.name],
  configKeys: ['docker'],
  // Full reference with registry digest of each application service and job: `image.api_gateway`.
  families: { image: 'image' },
  typicalSeconds: 75,
  // The registry it pushes to, and whether that is still the one it pushed to.
  consumes: (config) =>
    config.docker.registry || imageUsers(config).every(({ image }) => image !== undefined)
      ? []
      : ([['registryId'], ['loginServer'], ['registryIncarnation']] as const),
} as const satisfies Definition;
