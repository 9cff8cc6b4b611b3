import { buildContextOf } from '../domain/config/build-context.ts';
import type { DeploymentConfig, ServiceConfig } from '../domain/config/model.ts';
import type { ImageSource } from '../source/ports.ts';

/** The images that the builder makes: application services without an image of their own. */
export function imagesToBuild(config: DeploymentConfig): readonly ImageSource[] {
  return config.services.application.flatMap((service) => {
    const image = imageSource(service, config);
    return image ? [image] : [];
  });
}

function imageSource(service: ServiceConfig, config: DeploymentConfig): ImageSource | undefined {
  if (service.image !== undefined || service.dockerfile === undefined) return undefined;
  const { os, architecture } = config.docker.platform;
  const { builder, target, args, secrets } = service.build ?? {};
  return {
    service: service.key,
    buildContext: buildContextOf(service, config),
    dockerfile: service.dockerfile,
    platform: `${os.toLowerCase()}/${architecture}`,
    ...(builder !== undefined && { builder }),
    ...(target !== undefined && { target }),
    ...(args && { buildArguments: args }),
    ...(secrets && { secretIds: Object.keys(secrets) }),
  };
}
