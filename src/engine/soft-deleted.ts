import { AzureError } from '../azure/errors.ts';
import { isOurs } from '../domain/tags.ts';
import type { KnownResource } from '../resources/kind.ts';
import { ask } from './ask.ts';
import type { StepContext } from './step.ts';

/** What became of a soft-deleted resource that holds the name of ours. */
export type SoftDeleted = 'none' | 'recoverable' | 'foreign';

/**
 * Looks for a soft-deleted resource of that name; `none` for kinds that are gone when they are deleted, and for a deployer with a
 * role on the group alone, who may not ask the subscription: Azure then refuses to make another of a name that is held.
 */
export async function findSoftDeleted(
  { azure, environment, options }: Pick<StepContext, 'azure' | 'environment' | 'options'>,
  resource: KnownResource,
  subscription: string,
): Promise<SoftDeleted> {
  const { softDeleted } = resource.kind.deletion;
  if (!softDeleted) return 'none';
  const deleted = await ask(azure.arm, softDeleted.question(resource, subscription)).catch((error: unknown) => {
    if (error instanceof AzureError && error.statusCode === 403) return undefined;
    throw error;
  });
  if (deleted === undefined) return 'none';
  const { id, tags } = softDeleted.formerly(deleted);
  const isSame = typeof id === 'string' && id.toLowerCase() === resource.id.toLowerCase();
  return isSame && (options.adopt || isOurs(tags, environment)) ? 'recoverable' : 'foreign';
}
