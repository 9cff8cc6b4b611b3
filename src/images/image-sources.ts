import { buildContextOf } from '../domain/config/build-context.ts';
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

function imageSource(user: ImageUser, config: DeploymentConfig): ImageSource | undefined {
  if (user.image !== undefined || user.dockerfile === undefined) return undefined;
  const { os, architecture } = config.docker.platform;
  const { builder, target, args, secrets } = user.build ?? {};
  return {
    service: user.key,
    buildContext: buildContextOf(user, config),
    dockerfile: user.dockerfile,
    platform: `${os.toLowerCase()}/${architecture}`,
    ...(builder !== undefined && { builder }),
    ...(target !== undefined && { target }),
    ...(args && { buildArguments: args }),
    ...(secrets && { secretIds: Object.keys(secrets) }),
  };
}
