import { createApp, registerApp } from './app.ts';
import { cloudEndpoints } from './azure/clouds.ts';
import { connectAzure } from './azure/connect.ts';
import { defaultCredential } from './azure/credentials.ts';
import type { Azure } from './azure/ports.ts';
import { createTransport } from './azure/transport.ts';
import { deployerSettings, openFunctionsApp } from './functions-app.ts';

/**
 * Entry of the Functions app: reads the app's settings, and registers every function with the host that loads this file.
 * The only module that does something on import.
 */
const settings = deployerSettings(process.env);
const cloud = cloudEndpoints(settings.cloud);
let azure: Promise<Azure> | undefined;

const { services, triggers } = openFunctionsApp(settings, {
  credential: () => defaultCredential(cloud),
  azure(keepSecret) {
    azure ??= defaultCredential(cloud).then((credential) =>
      connectAzure({ cloud, credential, transport: createTransport(), keepSecret }),
    );
    return azure;
  },
});
registerApp(createApp(services, triggers));
