import { buildSettings } from './rules/builds.ts';
import { containerNames, containerSizes, probeSettings } from './rules/containers.ts';
import { databaseAvailability, databaseName, databaseSku, databaseUser, redisSize } from './rules/data.ts';
import { imageReferences } from './rules/images.ts';
import { serviceIngress } from './rules/ingress.ts';
import { companionNames, jobImages, jobNames, jobTriggers } from './rules/jobs.ts';
import { regions, requiredValues, reservedNames, resourceNames } from './rules/names.ts';
import { addressRules, databaseFirewall, registryNetwork } from './rules/networks.ts';
import { dependencies } from './rules/order.ts';
import { preservedFields } from './rules/preserve.ts';
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
  reservedNames,
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
  companionNames,
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
  imageReferences,
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
