import { buildSettings } from './rules/builds.ts';
import { containerNames, containerSizes, probeSettings } from './rules/containers.ts';
import {
  databaseAvailability,
  databaseExtensions,
  databaseName,
  databaseSku,
  databaseUser,
  furtherDatabases,
  redisSize,
} from './rules/data.ts';
import { serviceIngress } from './rules/ingress.ts';
import { jobImages, jobNames, jobTriggers } from './rules/jobs.ts';
import { regions, requiredValues, resourceNames } from './rules/names.ts';
import { addressRules, databaseFirewall, registryNetwork } from './rules/networks.ts';
import { dependencies } from './rules/order.ts';
import { preservedFields } from './rules/preserve.ts';
import { ownRegistry } from './rules/registries.ts';
import { dockerSource, releaseSteps, smokeRequests } from './rules/releases.ts';
import type { Rule } from './rules/rule.ts';
import { serviceScale } from './rules/scale.ts';
import { requiredSecrets, secretNames } from './rules/secrets.ts';
import {
  serviceImages,
  serviceNames,
  servicePaths,
  serviceReferences,
  serviceReplicas,
  variableNames,
} from './rules/services.ts';
import { tagLimits, tagSpellings } from './rules/tags.ts';
import { volumePlaces } from './rules/volumes.ts';

/** What Azure would refuse, or would misunderstand, in a configuration that fits the schema. */
export const RULES: readonly Rule[] = [
  requiredValues,
  resourceNames,
  regions,
  databaseUser,
  databaseName,
  furtherDatabases,
  databaseExtensions,
  databaseSku,
  databaseAvailability,
  databaseFirewall,
  registryNetwork,
  ownRegistry,
  addressRules,
  redisSize,
  serviceNames,
  jobNames,
  jobImages,
  jobTriggers,
  containerNames,
  containerSizes,
  serviceReplicas,
  serviceScale,
  serviceIngress,
  probeSettings,
  servicePaths,
  volumePlaces,
  serviceImages,
  variableNames,
  buildSettings,
  dockerSource,
  serviceReferences,
  dependencies,
  secretNames,
  requiredSecrets,
  tagLimits,
  tagSpellings,
  preservedFields,
  releaseSteps,
  smokeRequests,
];
