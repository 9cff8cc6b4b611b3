import { buildSettings } from './rules/builds.ts';
import { neededEnvironment } from './rules/container-apps.ts';
import {
  databaseAvailability,
  databaseExtensions,
  databaseName,
  databaseSku,
  databaseUser,
  furtherDatabases,
  redisSize,
} from './rules/data.ts';
import { serviceDomains } from './rules/domains.ts';
import { driftSchedule } from './rules/drift.ts';
import { genericResources } from './rules/generic-resources.ts';
import { serviceIngress } from './rules/ingress.ts';
import { regions, requiredValues, reservedNames, resourceNames } from './rules/names.ts';
import { addressRules, databaseFirewall, registryNetwork } from './rules/networks.ts';
import { notifications } from './rules/notifications.ts';
import { preservedFields } from './rules/preserve.ts';
import { references } from './rules/references.ts';
import { ownRegistry } from './rules/registries.ts';
import { dockerSource, releaseSteps, smokeRequests } from './rules/releases.ts';
import type { Rule } from './rules/rule.ts';
import { requiredSecrets, secretNames } from './rules/secrets.ts';
import { environmentSubnet, storageNames, storageSku } from './rules/storage.ts';
import { tagLimits, tagSpellings } from './rules/tags.ts';
import { templates } from './rules/templates.ts';
import { containerNames, containerSizes, probeSettings } from './rules/workloads/containers.ts';
import { imageReferences } from './rules/workloads/images.ts';
import { companionNames, jobImages, jobNames, jobReplicas, jobTriggers } from './rules/workloads/jobs.ts';
import { dependencies } from './rules/workloads/order.ts';
import { serviceScale } from './rules/workloads/scale.ts';
import {
  serviceImages,
  serviceNames,
  servicePaths,
  serviceReferences,
  serviceReplicas,
  serviceRoles,
  variableNames,
} from './rules/workloads/services.ts';
import { knownShares, refusedShares, sharedReplicas, volumeKinds } from './rules/workloads/shares.ts';
import { volumePlaces } from './rules/workloads/volumes.ts';

/** What Azure would refuse, or would misunderstand, in a configuration that fits the schema. */
export const RULES: readonly Rule[] = [
  requiredValues,
  resourceNames,
  reservedNames,
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
  neededEnvironment,
  environmentSubnet,
  storageNames,
  storageSku,
  serviceNames,
  companionNames,
  jobNames,
  jobImages,
  jobReplicas,
  jobTriggers,
  containerNames,
  containerSizes,
  serviceReplicas,
  serviceScale,
  serviceIngress,
  serviceDomains,
  probeSettings,
  servicePaths,
  volumePlaces,
  volumeKinds,
  knownShares,
  refusedShares,
  sharedReplicas,
  serviceImages,
  serviceRoles,
  imageReferences,
  variableNames,
  references,
  genericResources,
  templates,
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
  notifications,
  driftSchedule,
  smokeRequests,
];
