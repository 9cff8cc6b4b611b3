import type { DeploymentConfig } from '../domain/config/model.ts';
import { type CodedWarning, coded } from '../domain/warnings/warning-codes.ts';
import type { Services } from '../engine/services.ts';
import type { SourceTree } from '../source/ports.ts';
import { imagesToBuild } from './image-sources.ts';

/** Where this run builds from: the repository that the configuration names, else what came with the request. */
export async function sourceOf(
  services: Pick<Services, 'source' | 'gitSource'>,
  { docker }: DeploymentConfig,
  reference: string | null,
): Promise<SourceTree | undefined> {
  return docker.source === undefined ? await services.source(reference) : services.gitSource(docker.source);
}

/** What the plan says of the sources although they can be built, as far as anybody can see. */
export async function sourceWarnings(
  source: SourceTree | undefined,
  config: DeploymentConfig,
): Promise<readonly CodedWarning[]> {
  const images = config.deployment.skipBuild || config.docker.registry ? [] : imagesToBuild(config);
  const found = source && images.length > 0 ? await source.warnings(images) : [];
  return found.map((one) => coded('source_unclear', one));
}
