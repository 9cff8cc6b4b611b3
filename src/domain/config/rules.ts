import { databaseAvailability, databaseName, databaseSku, databaseUser, redisSize } from './rules/data.ts';
import { regions, requiredValues, resourceNames } from './rules/names.ts';
import { addressRules, databaseFirewall, registryNetwork } from './rules/networks.ts';
import { preservedFields } from './rules/preserve.ts';
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
  variableNames,
} from './rules/services.ts';
import { tagLimits, tagSpellings } from './rules/tags.ts';

/** What Azure would refuse, or would misunderstand, in a configuration that fits the schema. */
export const RULES: readonly Rule[] = [
  requiredValues,
  resourceNames,
  regions,
  databaseUser,
  databaseName,
  databaseSku,
  databaseAvailability,
  databaseFirewall,
  registryNetwork,
  addressRules,
  redisSize,
  serviceNames,
  serviceSizes,
  serviceIngress,
  servicePaths,
  serviceImages,
  variableNames,
  dockerSource,
  serviceReferences,
  secretNames,
  requiredSecrets,
  tagLimits,
  tagSpellings,
  preservedFields,
  releaseSteps,
  smokeRequests,
];
