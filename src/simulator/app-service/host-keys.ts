import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { type ArmReply, objectBody, ok, refused } from '../arm/message.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import type { SubRequest } from '../arm/resource-type.ts';
import { issuedKey, renewKey } from '../issued-key.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { functionsOf } from './functions.ts';
import { badRequest, refuseApp } from './refusals.ts';

/** The keys of an app's host: https://learn.microsoft.com/azure/azure-functions/function-keys-how-to */
export interface HostKeys {
  readonly master: string;
  readonly functionKeys: Readonly<Record<string, string>>;
  /** Those of the extensions that the code needs. */
  readonly systemKeys: Readonly<Record<string, string>>;
}

const KEY_BYTES = 40;
/** Made by extensions when the host starts with functions that need them. */
const EXTENSION_KEYS: Readonly<Record<string, string>> = {
  orchestrationTrigger: 'durabletask_extension',
  blobTrigger: 'blobs_extension',
  eventGridTrigger: 'eventgrid_extension',
};

/** Those that are told: without what the code does not need. */
function hostKeysOf(world: World, site: StoredResource): HostKeys {
  return keysOf(world, site, extensionsOf(site));
}

/** Those that a host is started with, which does not know its functions yet. */
export function startingKeysOf(world: World, site: StoredResource): HostKeys {
  return keysOf(world, site, Object.values(EXTENSION_KEYS));
}

function extensionsOf(site: StoredResource): readonly string[] {
  const types = functionsOf(site).flatMap(({ bindings }) => bindings.map(({ type }) => String(type)));
  return types.flatMap((type) => EXTENSION_KEYS[type] ?? []);
}

function keysOf(world: World, site: StoredResource, extensions: readonly string[]): HostKeys {
  const named = (kind: string, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, keyOf(world, site, `${kind}/${name}`)]));
  return {
    master: keyOf(world, site, 'master'),
    functionKeys: named('functionkeys', [...new Set(['default', ...ownNames(site, 'functionkeys')])]),
    systemKeys: named('systemkeys', [...new Set([...extensions, ...ownNames(site, 'systemkeys')])]),
  };
}

/** One's own as it was set; one that the host made can stand in an address as it is. */
function keyOf(world: World, site: StoredResource, name: string): string {
  const value = issuedKey(world, site, name, KEY_BYTES);
  const own = isJsonObject(site.extra.keys) ? site.extra.keys[name] : undefined;
  return value === own ? value : value.replaceAll('+', '-').replaceAll('/', '_');
}

/** Names of keys that somebody set or had made. */
function ownNames({ extra }: StoredResource, kind: string): readonly string[] {
  const names = isJsonObject(extra.keyNames) ? extra.keyNames[kind] : undefined;
  return Array.isArray(names) ? names.map(String) : [];
}

/**
 * `host/default/listKeys`, and `functionKeys/NAME`, `systemKeys/NAME`, `masterKey/master`: Resource Manager hands them on to the
 * host, and without one that runs with code answers as https://github.com/Azure/azure-cli/issues/20892 and
 * https://github.com/Azure/azure-functions-host/issues/11379 have it.
 */
export function answerHostKeys(
  call: SubRequest,
  [host, what = '', name, ...more]: readonly string[],
): ArmReply | undefined {
  const { resource, request, world } = call;
  if (host?.toLowerCase() !== 'default' || more.length > 0) return undefined;
  const kind = what.toLowerCase();
  const isListed = kind === 'listkeys' && name === undefined && request.method === 'POST';
  const isOne = ['functionkeys', 'systemkeys', 'masterkey'].includes(kind) && name !== undefined;
  if (!isListed && !isOne) return undefined;
  if (resource.extra.hostRuns !== true) {
    return refused(badRequest('Encountered an error (InternalServerError) from host runtime.'));
  }
  if (isListed) {
    const { master, functionKeys, systemKeys } = hostKeysOf(world, resource);
    return ok({ masterKey: master, functionKeys: { ...functionKeys }, systemKeys: { ...systemKeys } });
  }
  if (request.method === 'PUT') return setKey(call, kind, name ?? '');
  return request.method === 'DELETE' ? dropKey(call, kind, name ?? '') : undefined;
}

/** Without a value the host makes one; an existing one is renewed. */
function setKey({ resource, request, world }: SubRequest, kind: string, name: string): ArmReply {
  const { value } = propertiesOf(objectBody(request.body) ?? {});
  const key = kind === 'masterkey' ? 'master' : `${kind}/${name}`;
  const isNew = kind !== 'masterkey' && !ownNames(resource, kind).includes(name);
  if (isNew) keepNames(resource, kind, [...ownNames(resource, kind), name]);
  if (typeof value === 'string' && value !== '') {
    forgetGenerations(resource, key);
    resource.extra.keys = { ...(isJsonObject(resource.extra.keys) ? resource.extra.keys : {}), [key]: value };
  } else {
    renewKey(resource, key);
  }
  world.listeners.appChanged?.(resource.id);
  const properties: JsonObject = { name, value: keyOf(world, resource, key) };
  return ok(
    { id: `${resource.id}/host/default/${kind}/${name}`, name, type: `Microsoft.Web/sites/host/${kind}`, properties },
    isNew ? 201 : 200,
  );
}

function dropKey({ resource, world }: SubRequest, kind: string, name: string): ArmReply {
  const names = ownNames(resource, kind);
  if (!names.includes(name)) return refused(refuseApp(404, 'NotFound', `The key '${name}' does not exist.`));
  keepNames(
    resource,
    kind,
    names.filter((one) => one !== name),
  );
  // Whoever makes one of that name again gets another.
  renewKey(resource, `${kind}/${name}`);
  world.listeners.appChanged?.(resource.id);
  return { status: 204 };
}

function keepNames({ extra }: StoredResource, kind: string, names: readonly string[]): void {
  extra.keyNames = { ...(isJsonObject(extra.keyNames) ? extra.keyNames : {}), [kind]: [...names] };
}

/** One's own value counts while the key was not renewed. */
function forgetGenerations({ extra }: StoredResource, key: string): void {
  const { [key]: _, ...others } = isJsonObject(extra.renewed) ? extra.renewed : {};
  extra.renewed = others;
}
