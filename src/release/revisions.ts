import type { RevisionView } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import { hostOf } from '../domain/references/addresses.ts';
import type { StepContext } from '../engine/step.ts';

export interface ResourceGroup {
  readonly subscription: string;
  readonly group: string;
}

/** The resource group that holds the deployment's apps. */
export function resourceGroupOf({ outputs, config }: Pick<StepContext, 'outputs' | 'config'>): ResourceGroup {
  return { subscription: outputs.read('subscriptionId'), group: config.azure.resourceGroup };
}

/** All revisions of a service's app, the oldest first. */
export async function revisionsOf(
  context: Pick<StepContext, 'azure' | 'outputs' | 'config'>,
  { name }: ServiceConfig,
): Promise<readonly RevisionView[]> {
  const { subscription, group } = resourceGroupOf(context);
  const found = await context.azure.apps.revisions(subscription, group, name);
  return [...found].sort((one, other) => (one.createdTime ?? '').localeCompare(other.createdTime ?? ''));
}

export function appAddress({ outputs }: StepContext, service: ServiceConfig): string {
  return `https://${hostOf(service, outputs.read('defaultDomain'))}`;
}

/** Each revision has an address of its own, `app--suffix.…`, whatever its traffic. */
export function revisionAddress(context: StepContext, service: ServiceConfig, revision: string): string {
  return appAddress(context, { ...service, name: revision });
}
