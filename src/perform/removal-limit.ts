import type { DeploymentConfig } from '../domain/config/model.ts';

/** Deletions take minutes; a vault or an environment half an hour. */
const REMOVED_WITHIN_IN_SECONDS = 3600;

/** For how long one deletion may take. */
export function removalLimitInSeconds({ advanced }: DeploymentConfig): number {
  return Math.max(REMOVED_WITHIN_IN_SECONDS, advanced.operationTimeoutInSeconds);
}
