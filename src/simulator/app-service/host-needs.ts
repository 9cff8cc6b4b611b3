import { mayUseData } from '../arm/authorization.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import { ACCOUNT, accountKeys } from '../storage/account.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { type SchedulerBackend, schedulerProblem } from './durable-backend.ts';
import type { IndexedFunction } from './functions.ts';
import { identitiesOf } from './site-state.ts';

const STORAGE = 'AzureWebJobsStorage';
const DATA = 'Microsoft.Storage/storageAccounts';

type Settings = Readonly<Record<string, string>>;

/**
 * Why a host cannot use the storage that it keeps its own things in
 * (https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity); without it no
 * host starts.
 */
export function hostStorageProblem(world: World, site: StoredResource, settings: Settings): string | undefined {
  return storageProblem(world, site, settings, [
    'blobServices/containers/blobs/read',
    'blobServices/containers/blobs/write',
  ]);
}

/**
 * The same for what functions need of it: orchestrations have their messages in queues and their histories in tables
 * (https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-configure-managed-identity), and a blob trigger
 * puts what fails into a queue (https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger#poison-blobs).
 */
export function functionsStorageProblem(
  world: World,
  site: StoredResource,
  settings: Settings,
  functions: readonly IndexedFunction[],
  backend: SchedulerBackend | undefined,
): string | undefined {
  const types = functions.flatMap(({ bindings }) => bindings.map(({ type }) => String(type)));
  const isDurable = types.includes('orchestrationTrigger');
  const keepsItself = isDurable && !backend;
  const needed = [
    ...(keepsItself || types.includes('blobTrigger') ? ['queueServices/queues/messages/write'] : []),
    ...(keepsItself ? ['tableServices/tables/entities/write'] : []),
  ];
  const lack = isDurable && backend ? schedulerProblem(world, site, settings, backend) : undefined;
  return lack ?? storageProblem(world, site, settings, needed);
}

function storageProblem(
  world: World,
  site: StoredResource,
  settings: Settings,
  dataActions: readonly string[],
): string | undefined {
  const text = settings[STORAGE];
  if (text) return connectionProblem(world, text);
  const uri = settings[`${STORAGE}__blobServiceUri`];
  const name = settings[`${STORAGE}__accountName`] ?? /^https:\/\/([a-z0-9]+)\./.exec(uri ?? '')?.[1];
  if (name === undefined) return `the setting ${STORAGE} is not there`;
  const account = accountNamed(world, name);
  if (!account) return `there is no storage account ${name}`;
  const principal = principalFor(world, site, settings);
  if (principal === undefined) return `the identity that ${STORAGE}__clientId names is not the app's`;
  const missing = dataActions.find((action) => !mayUseData(world, principal, account.id, `${DATA}/${action}`));
  return missing && `the identity of ${STORAGE} may not ${missing} in ${name}`;
}

function connectionProblem(world: World, text: string): string | undefined {
  const parts = new Map(text.split(';').map((part) => [part.split('=')[0], part.slice(part.indexOf('=') + 1)]));
  const account = accountNamed(world, parts.get('AccountName') ?? '');
  if (!account) return `the connection string of ${STORAGE} names no storage account`;
  if (propertiesOf(account.body).allowSharedKeyAccess === false) {
    return `key based authentication is not permitted on the storage account of ${STORAGE}`;
  }
  const isKey = accountKeys(world, account).some(({ value }) => value === parts.get('AccountKey'));
  return isKey ? undefined : `the key of ${STORAGE} is wrong`;
}

function accountNamed(world: World, name: string): StoredResource | undefined {
  return world.resourcesOfType(ACCOUNT).find((one) => one.name === name);
}

/** A system-assigned identity is not simulated: the setting must name one of the app's. */
function principalFor(world: World, site: StoredResource, settings: Settings): string | undefined {
  const clientId = settings[`${STORAGE}__clientId`];
  const resourceId = settings[`${STORAGE}__managedIdentityResourceId`];
  for (const [id, identity] of identitiesOf(world, site)) {
    const own = propertiesOf(identity.body);
    if (own.clientId === clientId || id === resourceId?.toLowerCase()) return String(own.principalId);
  }
  return undefined;
}
