import type { TokenCredential } from '@azure/core-auth';
import type { DeployerSettings } from './app-settings.ts';
import { cloudEndpoints } from './azure/clouds.ts';
import { connectAzure } from './azure/connect.ts';
import { defaultCredential } from './azure/credentials.ts';
import { simulatedConnections } from './azure/simulated/connection.ts';
import { type FunctionsAppParts, openFunctionsApp } from './functions-app.ts';
import { createTransport } from './outbound/transport.ts';
import { once, onceDone } from './shared/once.ts';

type Connections = () => Promise<Parameters<typeof connectAzure>[0]>;

/**
 * The parts of the app on Azure: with the identity of the process, and the cloud that the settings name. Under development that may
 * be a simulator.
 */
export function openAzureApp(settings: DeployerSettings): ReturnType<typeof openFunctionsApp> {
  const { simulator } = settings;
  const connections = simulator ? simulatedConnections(simulator) : ownConnections(settings);
  let keep: (secret: string) => void = () => undefined;
  const azure = onceDone(async () => connectAzure({ ...(await connections()), keepSecret: (secret) => keep(secret) }));
  const parts: FunctionsAppParts = {
    credential: async (): Promise<TokenCredential> => (await connections()).credential,
    ...(simulator && { transport: async () => (await connections()).transport }),
    activitiesMayOverlap: true,
    azure(keepSecret) {
      keep = keepSecret;
      return azure();
    },
  };
  return openFunctionsApp(settings, parts);
}

/** With whatever the process may sign in by. */
function ownConnections(settings: DeployerSettings): Connections {
  const cloud = cloudEndpoints(settings.cloud);
  const transport = once(createTransport);
  return once(async () => ({
    cloud,
    credential: await defaultCredential(cloud, transport()),
    transport: transport(),
  }));
}
