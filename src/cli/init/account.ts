import { createSteps } from '../../activities/activities.ts';
import { AzureError } from '../../azure/errors.ts';
import type { Azure, Principal } from '../../azure/ports.ts';
import { missingOffers, offeredRegions, preflightTarget, takenName } from '../../doctor/proposal.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { DEFAULT_ENVIRONMENT } from '../../domain/environment-name.ts';
import { NO_OPTIONS } from '../../domain/run.ts';
import { UserError } from '../../shared/errors.ts';
import { connectCloud } from '../local/cloud-connection.ts';
import { openWorkspace } from '../local/workspace.ts';
import type { CommonOptions } from '../options.ts';

/** An account of Azure that is signed in here, as far as a configuration needs it. */
export interface Account {
  /** Those that can be deployed to. */
  readonly subscriptions: readonly { readonly id: string; readonly displayName: string }[];
  /** What Azure says of a configuration in one of the subscriptions. */
  on(subscriptionId: string, config: DeploymentConfig): Offers;
  close(): Promise<void>;
}

export interface Offers {
  regions(): Promise<readonly string[]>;
  /** What the region of the configuration does not have, one sentence each. */
  missing(): Promise<readonly string[]>;
  /** Why the resource of this key cannot have its name; undefined: it can. */
  taken(resource: string): Promise<string | undefined>;
}

export type AccountOptions = Pick<CommonOptions, 'simulate' | 'simulatorProfile' | 'simulatorSpeed'>;

/**
 * The account of the credential that this machine has.
 *
 * @returns why there is none, in a sentence
 */
export async function openAccount(options: AccountOptions): Promise<Account | string> {
  const { simulatorDirectory } = openWorkspace(DEFAULT_ENVIRONMENT);
  const connection = await connectCloud(options as CommonOptions, simulatorDirectory, () => undefined);
  try {
    const { azure } = connection;
    const [principal, found] = await Promise.all([azure.resources.principal(), azure.resources.subscriptions()]);
    const subscriptions = found.filter(({ state }) => state === 'Enabled');
    return {
      subscriptions,
      on: (subscriptionId, config) => offersOf(azure, { subscriptionId, principal }, config),
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    if (error instanceof AzureError || error instanceof UserError) return firstLine(error.message);
    throw error;
  }
}

function offersOf(
  azure: Azure,
  place: { readonly subscriptionId: string; readonly principal: Principal },
  config: DeploymentConfig,
): Offers {
  const about = { azure, config, environment: DEFAULT_ENVIRONMENT, options: NO_OPTIONS };
  const target = preflightTarget(about, place, createSteps());
  return {
    regions: () => offeredRegions(target),
    missing: async () => (await missingOffers(target)).map(({ text }) => text),
    taken: (resource) => takenName(target, resource),
  };
}

/** The libraries tell of each way of signing in that they tried. */
function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
