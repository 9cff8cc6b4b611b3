import type { DeployerSettings } from './app-settings.ts';
import { cloudEndpoints } from './azure/clouds.ts';
import { connectAzure } from './azure/connect.ts';
import { defaultCredential } from './azure/credentials.ts';
import type { Azure } from './azure/ports.ts';
import { type FunctionsAppParts, openFunctionsApp } from './functions-app.ts';
import { createTransport } from './outbound/transport.ts';
import { once } from './shared/once.ts';

/** The parts of the app on Azure: with the identity of the process, and the cloud that the settings name. */
export function openAzureApp(settings: DeployerSettings): ReturnType<typeof openFunctionsApp> {
  const cloud = cloudEndpoints(settings.cloud);
  const transport = once(createTransport);
  const credential = once(() => defaultCredential(cloud, transport()));
  let azure: Promise<Azure> | undefined;
  const parts: FunctionsAppParts = {
    credential,
    activitiesMayOverlap: true,
    azure(keepSecret) {
      azure ??= credential().then((known) =>
        connectAzure({ cloud, credential: known, transport: transport(), keepSecret }),
      );
      return azure;
    },
  };
  return openFunctionsApp(settings, parts);
}
