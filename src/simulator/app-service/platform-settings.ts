import { createHash } from 'node:crypto';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { runtimeOf } from './runtime.ts';
import { hostNameOf } from './site-state.ts';

/**
 * Variables that the platform gives every app beside its settings:
 * https://learn.microsoft.com/azure/app-service/reference-app-settings and
 * https://learn.microsoft.com/azure/azure-functions/functions-app-settings
 */
export function platformSettings(world: World, site: StoredResource): Readonly<Record<string, string>> {
  const [, group = ''] = /\/resourceGroups\/([^/]+)/i.exec(site.id) ?? [];
  return {
    WEBSITE_SITE_NAME: site.name,
    WEBSITE_HOSTNAME: hostNameOf(site),
    WEBSITE_RESOURCE_GROUP: group,
    WEBSITE_OWNER_NAME: `${world.state.subscriptionId}+${group}`,
    WEBSITE_SKU: 'FlexConsumption',
    WEBSITE_INSTANCE_ID: createHash('sha256').update(site.id.toLowerCase()).digest('hex'),
    REGION_NAME: String(site.body.location ?? ''),
    FUNCTIONS_EXTENSION_VERSION: '~4',
    FUNCTIONS_WORKER_RUNTIME: String(runtimeOf(site).name ?? ''),
    AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
  };
}
