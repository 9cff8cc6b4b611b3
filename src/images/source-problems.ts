import type { DeploymentConfig } from '../domain/config/model.ts';
import type { SourceTree } from '../source/ports.ts';
import { imagesToBuild } from './image-sources.ts';

/** Why the images cannot be built, as far as their sources tell; one sentence each. */
export async function sourceProblems(
  config: DeploymentConfig,
  source: SourceTree | undefined,
): Promise<readonly string[]> {
  if (config.deployment.skipBuild || config.docker.registry) return [];
  const images = imagesToBuild(config);
  if (images.length === 0) return [];
  if (source) return await source.problems(images);
  return [
    `There is no source directory, and ${images.map(({ service }) => service).join(', ')} must be built: give it with --source.`,
  ];
}
