import { bare } from '../../outbound/exemptions.ts';
import { UserError } from '../../shared/errors.ts';

const SIMULATOR_SETTING = 'DRAFTGENIE_SIMULATOR';

/** A simulator that stands for Azure, as the settings of an app name it. */
export interface SimulatorSetting {
  readonly address: URL;
  /** Whom the app signs in as; absent: the deployer that the simulator tells of. */
  readonly client?: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string };
}

type Settings = Readonly<Record<string, string | undefined>>;

/**
 * How an app on Azure is known: its environment is Production unless somebody says otherwise, Core Tools say Development; and a
 * managed identity has an endpoint.
 * https://learn.microsoft.com/azure/azure-functions/functions-app-settings#azure_functions_environment
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
const ENVIRONMENT = 'AZURE_FUNCTIONS_ENVIRONMENT';
const IDENTITY_ENDPOINTS = ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT'] as const;

/**
 * The simulator that an app under development deploys to; undefined: Azure.
 * @throws UserError `setting_invalid`, `simulator_refused`
 */
export function simulatorSetting(settings: Settings, cloud: string): SimulatorSetting | undefined {
  const text = settings[SIMULATOR_SETTING];
  if (!text) return undefined;
  const bar = barTo(settings);
  if (bar !== undefined) throw refused(bar);
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (!address || !isSimulatorAddress(address)) {
    throw new UserError(
      `The setting ${SIMULATOR_SETTING} is ${JSON.stringify(text)}; allowed is https://localhost:PORT, as draftgenie-deploy simulator prints it.`,
      { code: 'setting_invalid' },
    );
  }
  if (cloud !== 'AzureCloud') throw refused(`the simulator is AzureCloud alone, and AZURE_CLOUD is ${cloud}`);
  const client = clientOf(settings);
  return { address, ...(client && { client }) };
}

/** Why this is no app under development; undefined: it is one. */
function barTo(settings: Settings): string | undefined {
  const environment = settings[ENVIRONMENT];
  if (environment !== 'Development') {
    const told = environment ? `is ${JSON.stringify(environment)}` : 'is not set';
    return `${ENVIRONMENT} must be Development, as func start sets it, and ${told}`;
  }
  const endpoint = IDENTITY_ENDPOINTS.find((name) => settings[name]);
  return endpoint && `the app has a managed identity (${endpoint})`;
}

/** It listens on the loopback address of its machine alone. */
function isSimulatorAddress({ protocol, hostname, port, pathname, search, username }: URL): boolean {
  const isLoopback = ['localhost', '127.0.0.1', '::1'].includes(bare(hostname));
  return protocol === 'https:' && isLoopback && port !== '' && `${pathname}${search}${username}` === '/';
}

/** The names that the identity library reads, too: https://learn.microsoft.com/javascript/api/@azure/identity/environmentcredential */
function clientOf(settings: Settings): SimulatorSetting['client'] {
  const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret } = settings;
  return tenantId && clientId && clientSecret ? { tenantId, clientId, clientSecret } : undefined;
}

function refused(reason: string): UserError {
  return new UserError(`${SIMULATOR_SETTING} is for an app under development: ${reason}.`, {
    code: 'simulator_refused',
  });
}
