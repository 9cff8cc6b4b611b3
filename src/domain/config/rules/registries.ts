import { isRegistryId } from '../../ids.ts';
import { registryServer } from '../../images/image-reference.ts';
import { hasSection } from '../../sections/sections.ts';
import type { DeploymentConfig } from '../model.ts';
import { given } from '../normalize/given.ts';
import type { RawConfig } from '../schema.ts';
import { problem, type RuleProblem } from './rule.ts';

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i;
/** Of all clouds: https://learn.microsoft.com/azure/container-registry/container-registry-authentication-managed-identity */
const OF_AZURE = /\.azurecr\.(?:io|cn|us)$/i;

/** How images of other registries are pulled: as one thing or the other, and each registry once. */
export function registryAccess(raw: RawConfig): readonly RuleProblem[] {
  const seen = new Map<string, string>();
  return Object.entries(raw.registries ?? {}).flatMap(([server, access]) => {
    const at = ['registries', server];
    const other = seen.get(registryServer(server));
    seen.set(registryServer(server), server);
    if (!HOST.test(server))
      return [
        aboutKey(at, `found ${JSON.stringify(server)}; allowed: a host such as ghcr.io, without https:// and path`),
      ];
    if (other !== undefined) return [aboutKey(at, `is the same registry as ${other}`)];
    return wrongAccess(access ?? {}, server).map(([key, message]) => problem([...at, ...key], message));
  });
}

type RawAccess = NonNullable<NonNullable<RawConfig['registries']>[string]>;

function wrongAccess(
  { username, password, identity }: RawAccess,
  server: string,
): readonly (readonly [key: readonly string[], message: string])[] {
  const [name, word, id] = [given(username), given(password), identity || undefined];
  if (id === undefined) {
    if (name === undefined && word === undefined)
      return [[[], 'says nothing: give username and password, or identity']];
    if (name === undefined) return [[['username'], 'is missing: a password needs one']];
    return word === undefined ? [[['password'], `is missing: give env:NAME or keyvault:NAME`]] : [];
  }
  if (name !== undefined || word !== undefined)
    return [[['identity'], 'and username or password: only one of them can be used']];
  if (!OF_AZURE.test(server)) return [[['identity'], `${server} is no registry of Azure: give username and password`]];
  const isWrong = typeof id === 'string' && !isRegistryId(id);
  return isWrong
    ? [[['identity'], 'found something else than true or the id of the registry: /subscriptions/…/registries/NAME']]
    : [];
}

/** The registry in which images are built needs no entry. */
export function ownRegistry(config: DeploymentConfig): readonly RuleProblem[] {
  if (!hasSection(config, 'containerRegistry')) return [];
  const own = `${config.containerRegistry.name}.azurecr.io`.toLowerCase();
  return Object.keys(config.registries ?? {})
    .filter((server) => server.toLowerCase() === own)
    .map((server) => aboutKey(['registries', server], 'is container_registry, from which images are pulled anyway'));
}

function aboutKey(path: readonly string[], message: string): RuleProblem {
  return { ...problem(path, message), isAboutKey: true };
}
