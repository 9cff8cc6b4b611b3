import type { DeploymentConfig } from '../domain/config/model.ts';
import { builtWorkloads } from '../domain/config/workloads.ts';
import { UserError } from '../shared/errors.ts';

/**
 * Refuses a deployment whose images have to be built and that names no sources: it would end with that after the first steps.
 * A dry run goes on, since its plan says what else it would do.
 *
 * @throws UserError `source_missing`
 */
export function requireSource(
  config: DeploymentConfig,
  { source, dryRun }: { readonly source?: string | undefined; readonly dryRun: boolean },
): void {
  if (source !== undefined || dryRun || config.docker.source !== undefined) return;
  const built = builtWorkloads(config).map(({ key }) => key);
  if (built.length === 0) return;
  const [what, have] = built.length === 1 ? ['The image of', 'has'] : ['The images of', 'have'];
  throw new UserError(`${what} ${built.join(', ')} ${have} to be built, and no sources were named.`, {
    code: 'source_missing',
    hint: 'Upload an archive of them (POST /api/sources says where) and start again with source=sha256:…; or name a repository in docker.source, or an image of each.',
  });
}
