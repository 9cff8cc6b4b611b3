import type { RevisionView } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import type { StepContext } from '../engine/step.ts';
import { hostOf } from '../resources/app/addresses.ts';

export interface Place {
  readonly subscription: string;
  readonly group: string;
}

/** Where the deployment's apps are. */
export function placeOf({ outputs, config }: Pick<StepContext, 'outputs' | 'config'>): Place {
  return { subscription: outputs.read('subscriptionId'), group: config.azure.resourceGroup };
}

/** All revisions of a service's app, the oldest first. */
export async function revisionsOf(
  context: Pick<StepContext, 'azure' | 'outputs' | 'config'>,
  { name }: ServiceConfig,
): Promise<readonly RevisionView[]> {
  const { subscription, group } = placeOf(context);
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
