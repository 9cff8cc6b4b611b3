import { appResources, appSettings } from './app.ts';
import { uploadEvents } from './events.ts';
import { pipelineIdentity } from './github.ts';
import { type InstallOptions, installedNames, usesScheduler } from './options.ts';
import { deployingGrants, ownGrants } from './roles.ts';
import { schedulerResources } from './scheduler.ts';
import { signIn } from './sign-in.ts';
import { storageResources } from './storage.ts';
import { telemetryResources } from './telemetry.ts';

/**
 * The configuration of an installation: what any deployment could say, and all of it. The identity and the vault are those that a
 * deployment makes; the rest are resources of their types, since the settings of the app name them.
 */
export function installConfiguration(options: InstallOptions): object {
  const { name, location, resourceGroup, subscription, uploads, entraApp, github } = options;
  const secrets = {
    ...(uploads && { blobs_extension: '${{resources.app.secrets.blobs}}' }),
    ...(github && { ci_key: '${{resources.app.secrets.ci}}' }),
  };
  return {
    'x-install': options,
    azure: {
      ...(subscription !== undefined && { subscription_id: subscription }),
      resource_group: resourceGroup,
      location,
      project_name: name,
    },
    container_apps: false,
    key_vault: { name: installedNames(options).vault },
    services: {},
    ...(Object.keys(secrets).length > 0 && { secrets }),
    resources: {
      ...storageResources(options),
      ...telemetryResources(options),
      ...ownGrants(options),
      ...deployingGrants(options),
      ...(usesScheduler(options) && schedulerResources(options)),
      ...appResources(options, appSettings(options)),
      ...(uploads && uploadEvents(options)),
      ...(entraApp !== undefined && signIn(entraApp, options)),
      ...(github && pipelineIdentity(options, github.subject)),
    },
  };
}
