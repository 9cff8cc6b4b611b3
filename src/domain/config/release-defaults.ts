import type { ReleaseConfig } from './model.ts';

/** How revisions get their traffic where the configuration does not say. */
export const DEFAULT_RELEASE: ReleaseConfig = {
  strategy: 'switch',
  steps: [10, 50, 100],
  bakeTimeInSeconds: 60,
  healthTimeoutInSeconds: 300,
  onFailure: 'rollback',
  smokeImage: 'docker.io/curlimages/curl:8.10.1',
  keep: 3,
};
