import { createApp, registerApp } from './app.ts';
import { deployerSettings } from './app-settings.ts';
import { once } from './shared/once.ts';
import { createTriggers } from './triggers/triggers.ts';

/**
 * Entry of the Functions app: reads the app's settings, and registers every function with the host that loads this file.
 * The only module that does something on import. Everything that a function needs to work is loaded when one is called: on a cold
 * start the host waits for this file.
 */
const settings = deployerSettings(process.env);
const opened = once(async () => (await import('./azure-app.ts')).openAzureApp(settings));
const triggers = createTriggers(async () => (await opened()).app, {
  connection: settings.storageSetting,
  blobSource: settings.blobSource,
});
registerApp(createApp(async () => (await opened()).services, triggers));
