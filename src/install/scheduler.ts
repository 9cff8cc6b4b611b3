import type { DeploymentConfig } from '../domain/config/model.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../shared/json.ts';
import type { Backend } from './asked-names.ts';
import type { InstallOptions } from './options.ts';
import type { Resources, Settings } from './resource.ts';
import { grant } from './roles.ts';

const DURABLE_TASK_VERSION = '2026-02-01';
/** The `hubName` of host.json. */
export const TASK_HUB = 'DraftGenieDeploy';
const CONNECTION = 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING';
/** The first bundle with the extension: https://github.com/Azure/azure-functions-extension-bundles/pull/621 */
const BUNDLE = '[4.31.0, 5.0.0)';

/**
 * The Durable Task Scheduler, paid by what is done, with the one task hub of the app, to which its identity has the role and nobody a key.
 * A list of networks is required, and lets nobody in when it is empty; a Flex Consumption plan has no addresses of its own.
 * It holds histories, so that it stays until somebody deletes it; states, runs and configurations are in the storage.
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/durable-task-scheduler-identity,
 * https://github.com/microsoft/azure-skills/blob/main/skills/azure-prepare/references/services/durable-task-scheduler/bicep.md
 */
export function schedulerResources(options: InstallOptions): Resources {
  return {
    scheduler: {
      type: 'Microsoft.DurableTask/schedulers',
      api_version: DURABLE_TASK_VERSION,
      name: `${options.name}-scheduler`,
      body: { properties: { sku: { name: 'Consumption' }, ipAllowlist: ['0.0.0.0/0'] } },
      outputs: { endpoint: 'properties.endpoint' },
    },
    'task-hub': {
      type: 'Microsoft.DurableTask/schedulers/taskHubs',
      api_version: DURABLE_TASK_VERSION,
      parent: 'scheduler',
      name: TASK_HUB,
      body: { properties: {} },
    },
    'may-use-task-hub': grant(options, {
      role: 'Durable Task Data Contributor',
      scope: '${{resources.task-hub.id}}',
    }),
  };
}

/** https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/durable-task-scheduler-identity#add-environment-variables-to-app */
export const SCHEDULER_SETTINGS: Settings = {
  [CONNECTION]:
    'Endpoint=${{resources.scheduler.outputs.endpoint}};Authentication=ManagedIdentity;ClientID=${{identity.client_id}}',
};

/** What the app of a configuration is told to use, whoever wrote the file. */
export function backendOf({ resources }: Pick<DeploymentConfig, 'resources'>): Backend {
  const settings = jsonAt(resources?.settings?.body ?? {}, 'properties');
  return isJsonObject(settings) && CONNECTION in settings ? 'durable-task-scheduler' : 'azure-storage';
}

/**
 * The host.json of an app whose orchestrations the scheduler keeps. Settings alone would not do: by the file the platform decides what
 * wakes up an app that has scaled to nothing
 * (https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.WebHost/Management/FunctionsSyncManager.cs).
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/quickstart-durable-task-scheduler#update-hostjson
 */
export function hostJsonWithScheduler(hostJson: JsonObject): JsonObject {
  const extensions = isJsonObject(hostJson.extensions) ? hostJson.extensions : {};
  const durableTask = isJsonObject(extensions.durableTask) ? extensions.durableTask : {};
  return {
    ...hostJson,
    extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: BUNDLE },
    extensions: {
      ...extensions,
      durableTask: {
        ...durableTask,
        hubName: TASK_HUB,
        storageProvider: { type: 'azureManaged', connectionStringName: CONNECTION },
      },
    },
  };
}
