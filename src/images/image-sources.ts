import { buildContextOf } from '../domain/config/build-context.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { type ImageUser, imageUsers } from '../domain/config/workloads.ts';
import { hashJson } from '../shared/json.ts';
import type { ImageSource } from '../source/ports.ts';

/** The images that the builder makes: for application services and jobs without an image of their own. */
export function imagesToBuild(config: DeploymentConfig): readonly ImageSource[] {
  return imageUsers(config).flatMap((user) => {
    const image = imageSource(user, config);
    return image ? [image] : [];
  });
}

/**
 * Those whose image is built of the same sources in the same way, this one among them, in the order in which all of them stand: one
 * build is enough for a web server, its worker and its scheduler.
 */
export function sharersOf(user: ImageUser, config: DeploymentConfig): readonly ImageUser[] {
  const recipe = recipeOf(user, config);
  return imageUsers(config).filter((other) => recipe !== undefined && recipeOf(other, config) === recipe);
}

function recipeOf(user: ImageUser, config: DeploymentConfig): string | undefined {
  const image = imageSource(user, config);
  return image && hashJson({ ...image, service: '', secrets: user.build?.secrets ?? {} });
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
