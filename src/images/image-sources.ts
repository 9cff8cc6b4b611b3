import type { DeploymentConfig } from '../domain/config/model.ts';
import { type ImageUser, imageUsers } from '../domain/config/workloads.ts';
import type { ImageSource } from '../source/ports.ts';

/** The images that the builder makes: for application services and jobs without an image of their own. */
export function imagesToBuild(config: DeploymentConfig): readonly ImageSource[] {
  return imageUsers(config).flatMap((user) => {
    const image = imageSource(user, config);
    return image ? [image] : [];
  });
}

function imageSource(user: ImageUser, { docker }: DeploymentConfig): ImageSource | undefined {
  if (user.image !== undefined || user.dockerfile === undefined) return undefined;
  const { os, architecture } = docker.platform;
  return {
    service: user.key,
    buildContext: docker.buildContext,
    dockerfile: user.dockerfile,
    // What ACR quick builds run: https://github.com/Azure/acr/issues/721
    builder: 'classic',
    platform: `${os.toLowerCase()}/${architecture}`,
  };
}
