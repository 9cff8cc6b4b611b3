import type { DeploymentConfig, ServiceConfig } from '../domain/config/model.ts';
import type { ImageSource } from '../source/ports.ts';

/** The images that the builder makes: application services without an image of their own. */
export function imagesToBuild(config: DeploymentConfig): readonly ImageSource[] {
  return config.services.application.flatMap((service) => {
    const image = imageSource(service, config);
    return image ? [image] : [];
  });
}

function imageSource(service: ServiceConfig, { docker }: DeploymentConfig): ImageSource | undefined {
  if (service.image !== undefined || service.dockerfile === undefined) return undefined;
  const { os, architecture } = docker.platform;
  return {
    service: service.key,
    buildContext: docker.buildContext,
    dockerfile: service.dockerfile,
    // What ACR quick builds run: https://github.com/Azure/acr/issues/721
    builder: 'classic',
    platform: `${os.toLowerCase()}/${architecture}`,
  };
}
