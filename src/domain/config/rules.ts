import { databaseSku, databaseUser, redisSize } from './rules/data.ts';
import { regions, requiredValues, resourceNames } from './rules/names.ts';
import { dockerSource, releaseSteps, smokeRequests } from './rules/releases.ts';
import type { Rule } from './rules/rule.ts';
import { requiredSecrets, secretNames } from './rules/secrets.ts';
import {
  serviceImages,
  serviceIngress,
  serviceNames,
  servicePaths,
  serviceReferences,
  serviceSizes,
} from './rules/services.ts';
import { tagLimits } from './rules/tags.ts';

/** What Azure would refuse, or would take for something else, once the shape of the configuration is right. */
export const RULES: readonly Rule[] = [
  requiredValues,
  resourceNames,
  regions,
  databaseUser,
  databaseSku,
  redisSize,
  serviceNames,
  serviceSizes,
  serviceIngress,
  servicePaths,
  serviceImages,
  dockerSource,
  serviceReferences,
  secretNames,
  requiredSecrets,
  tagLimits,
  releaseSteps,
  smokeRequests,
];
