import type { ResourceType } from '../arm/resource-type.ts';
import { deployment } from '../templates/deployment-type.ts';
import { actionGroup, metricAlert, smartDetectorAlertRule } from './alerts.ts';
import { containerApp } from './container-app.ts';
import { job } from './container-app-job.ts';
import { containerRegistry } from './container-registry.ts';
import { DEFAULTS } from './defaults.ts';
import { dnsZone, RECORD_SETS } from './domains/dns-zone.ts';
import { environmentCertificate } from './domains/environment-certificate.ts';
import { managedCertificate } from './domains/managed-certificate.ts';
import { DURABLE_TASK_TYPES } from './durable/durable-task.ts';
import { daprComponent } from './environment/dapr-component.ts';
import { environmentStorage } from './environment/storage.ts';
import { eventSubscription } from './event-grid/event-subscription.ts';
import { systemTopic } from './event-grid/system-topic.ts';
import { federatedCredential } from './identity/federated-credential.ts';
import { roleAssignment, userAssignedIdentity } from './identity.ts';
import { keyVault } from './key-vault.ts';
import { managementLock } from './lock.ts';
import { managedEnvironment } from './managed-environment.ts';
import { applicationInsights, diagnosticSettings, workspace } from './monitoring.ts';
import { OTHER_SERVICES } from './other-services.ts';
import { policyAssignment, policyDefinition, policySetDefinition } from './policy.ts';
import { postgresAdministrator } from './postgres-administrator.ts';
import { postgresConfiguration, postgresDatabase, postgresFirewallRule, postgresServer } from './postgresql.ts';
import { classicRedis, managedRedis, managedRedisDatabase } from './redis.ts';
import { resourceGroup } from './resource-group.ts';
import { STORAGE_TYPES } from './storage/index.ts';
import { WEB_TYPES } from './web/index.ts';

/** Every resource type that the simulator knows, by lower-case name. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    resourceGroup,
    deployment,
    workspace,
    applicationInsights,
    diagnosticSettings,
    smartDetectorAlertRule,
    actionGroup,
    metricAlert,
    containerRegistry,
    keyVault,
    postgresServer,
    postgresDatabase,
    postgresFirewallRule,
    postgresConfiguration,
    postgresAdministrator,
    classicRedis,
    managedRedis,
    managedRedisDatabase,
    userAssignedIdentity,
    roleAssignment,
    managedEnvironment,
    environmentStorage,
    daprComponent,
    containerApp,
    job,
    managementLock,
    policyAssignment,
    policyDefinition,
    policySetDefinition,
    ...STORAGE_TYPES,
    ...OTHER_SERVICES,
    ...WEB_TYPES,
    ...DURABLE_TASK_TYPES,
    federatedCredential,
    systemTopic,
    eventSubscription,
    environmentCertificate,
    managedCertificate,
    dnsZone,
    ...RECORD_SETS,
  ].map((type): [string, ResourceType] => {
    const defaults = DEFAULTS[type.type];
    return [type.type.toLowerCase(), { ...type, ...(defaults && { defaults }) }];
  }),
);
