import { join } from 'node:path';
import { createApp, registerApp } from './app.ts';
import { cloudEndpoints } from './azure/clouds.ts';
import { connectAzure } from './azure/connect.ts';
import { defaultCredential } from './azure/credentials.ts';
import type { Azure } from './azure/ports.ts';
import { createTransport } from './azure/transport.ts';
import { createMasker } from './domain/masking.ts';
import { systemClock } from './shared/clock.ts';
import { openSource } from './source/source-tree.ts';
import { openFileRunStore } from './state/file/run-store.ts';
import { openFileStateStore } from './state/file/state-store.ts';
import type { EnvironmentStores } from './state/ports.ts';

/**
 * Entry of the Functions app: builds what the functions need from the app's settings, and registers every function with the
 * host that loads this file. The only module that does something on import.
 */
const settings = process.env;
const directory = settings.DRAFTGENIE_STATE_DIRECTORY ?? '.draftgenie-deploy';
const host = settings.WEBSITE_SITE_NAME ?? 'local';
const masker = createMasker([]);
const stores = new Map<string, EnvironmentStores>();
let azure: Promise<Azure> | undefined;

function openStores(environment: string): EnvironmentStores {
  const known = stores.get(environment);
  if (known) return known;
  const path = join(directory, 'azure-deployment-state.json');
  const opened = {
    state: openFileStateStore({ path, environment, directory: join(directory, environment) }),
    runs: openFileRunStore({ directory: join(directory, environment) }),
  };
  stores.set(environment, opened);
  return opened;
}

async function connect(): Promise<Azure> {
  const cloud = cloudEndpoints(settings.AZURE_CLOUD ?? 'AzureCloud');
  const credential = await defaultCredential(cloud);
  return connectAzure({ cloud, credential, transport: createTransport(), keepSecret: (value) => masker.add(value) });
}

registerApp(
  createApp({
    clock: systemClock,
    holder: host,
    engine: `functions:${host}`,
    version: settings.DRAFTGENIE_VERSION ?? 'functions',
    approvalTimeoutInSeconds: Number(settings.DRAFTGENIE_APPROVAL_TIMEOUT_IN_SECONDS ?? 24 * 60 * 60),
    // A literal never reaches a Functions app; variables are those made for it.
    secrets: { literal: () => undefined, environment: (name) => settings[name] },
    stores: openStores,
    azure() {
      azure ??= connect();
      return azure;
    },
    source: async (path) => (path === null ? undefined : await openSource(path)),
    mask: (text) => masker.mask(text),
    observe: () => undefined,
  }),
);
