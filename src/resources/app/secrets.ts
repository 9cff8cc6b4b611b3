import type { DesiredResource } from '../../domain/desired.ts';
import { foldId } from '../../domain/members.ts';
import { overlay, withoutPaths } from '../../domain/merge.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../shared/json.ts';
import { afterRegistries } from './registries.ts';
import { secretRef } from './workload.ts';

/** Where an app or a job has its secrets: values of its own, and references to a vault. */
export const SECRETS = 'properties.configuration.secrets';

/** A secret of an app that the configuration does not name any more: a reference to our vault, or the password of a registry. */
export interface LeftSecret {
  readonly name: string;
  /** As it is in the app: name, address and identity; undefined: it has a value, which only Azure knows. */
  readonly reference: JsonObject | undefined;
  /** Who reads it: names of revisions, or where else in the app; nobody: it can go. */
  readonly readBy: readonly string[];
}

export interface KnownTemplate {
  readonly name: string;
  readonly template: JsonObject;
}

/**
 * The secrets of a live app or job that nothing wants any more: references that we once wrote, and passwords with which only
 * registry entries signed in that a write replaces. Azure takes none away that a revision reads, be it an
 * inactive one (https://github.com/microsoft/azure-container-apps/issues/654), nor would that revision start again.
 *
 * @param templates of all revisions that Azure keeps; none for a job, which has its own only
 */
export function leftSecrets(input: {
  readonly desired: DesiredResource;
  readonly live: JsonObject;
  readonly vaultUri: string;
  readonly templates: readonly KnownTemplate[];
}): readonly LeftSecret[] {
  const { desired, templates } = input;
  const { live, replaced } = afterRegistries(desired.body, input.live);
  const wanted = new Set(secretsOf(desired.body).map(({ name }) => name));
  const isReplaced = ({ name, keyVaultUrl }: JsonObject): boolean =>
    !hasText(keyVaultUrl) && replaced.includes(String(name));
  const left = secretsOf(live).filter(
    (one) => !wanted.has(one.name ?? null) && (isOurReference(input, one) || isReplaced(one)),
  );
  const settings = jsonAt(withoutPaths(live, [SECRETS]), 'properties.configuration') ?? null;
  const own = { name: 'the app itself', template: { template: jsonAt(live, 'properties.template') ?? null, settings } };
  const readers = [...templates, templates.length === 0 ? own : { name: own.name, template: { settings } }];
  return left.map((one) => {
    const name = String(one.name);
    const readBy = readers.filter(({ template }) => reads(template, name)).map((reader) => reader.name);
    return { name, reference: isReplaced(one) ? undefined : one, readBy };
  });
}

/** The body with these references as well; what it has under such a name stays. */
export function withReferences(body: JsonObject, references: readonly JsonObject[]): JsonObject {
  const own = secretsOf(body);
  const named = new Map(references.map((one) => [one.name, one]));
  const more = [...named.values()].filter(({ name }) => !own.some((one) => one.name === name));
  return more.length === 0 ? body : overlay(body, { properties: { configuration: { secrets: [...own, ...more] } } });
}

/** Names of the secrets in a body whose values Azure keeps and answers to nobody but `listSecrets`. */
export function secretsWithoutValue(body: JsonObject): readonly string[] {
  return secretsOf(body).flatMap(({ name, value, keyVaultUrl }) =>
    typeof name === 'string' && !hasText(value) && !hasText(keyVaultUrl) ? [name] : [],
  );
}

/**
 * The same body with the values of these secrets, as Azure wants every one that is sent to have. One that is gone meanwhile is
 * left out.
 */
export function withSecretValues(body: JsonObject, values: ReadonlyMap<string, string>): JsonObject {
  const missing = new Set(secretsWithoutValue(body));
  const secrets = secretsOf(body).flatMap((one): JsonObject[] => {
    const name = String(one.name);
    if (!missing.has(name)) return [one];
    const value = values.get(name);
    return value === undefined ? [] : [{ name, value }];
  });
  return overlay(body, { properties: { configuration: { secrets } } });
}

export interface SecretReference {
  /** Within the app. */
  readonly name: string;
  readonly keyVaultUrl: string;
}

/** The references in a body, to any vault. */
export function secretReferencesIn(body: JsonObject): readonly SecretReference[] {
  return secretsOf(body).flatMap(({ name, keyVaultUrl }) =>
    typeof name === 'string' && typeof keyVaultUrl === 'string' && keyVaultUrl !== '' ? [{ name, keyVaultUrl }] : [],
  );
}

export function secretsOf(body: JsonObject): readonly JsonObject[] {
  const secrets = jsonAt(body, SECRETS);
  return Array.isArray(secrets) ? secrets.filter(isJsonObject) : [];
}

/** By our identity, from our vault, under the name that we would give it. */
export function isOurReference(
  { desired, vaultUri }: { readonly desired: DesiredResource; readonly vaultUri: string },
  { name, keyVaultUrl, identity }: JsonObject,
): boolean {
  if (typeof identity !== 'string' || !identitiesOf(desired.body).map(foldId).includes(foldId(identity))) return false;
  const secret = vaultSecretOf(keyVaultUrl, vaultUri);
  return secret !== undefined && secretRef(secret.name) === name;
}

/** Ids of the identities that are assigned in a body. */
export function identitiesOf(body: JsonObject): readonly string[] {
  const identities = jsonAt(body, 'identity.userAssignedIdentities');
  return Object.keys(isJsonObject(identities) ? identities : {});
}

/** Name and version of a secret of that vault; undefined for another vault's. */
export function vaultSecretOf(
  url: Json | undefined,
  vaultUri: string,
): { readonly name: string; readonly version?: string } | undefined {
  if (typeof url !== 'string' || !URL.canParse(url) || !URL.canParse(vaultUri)) return undefined;
  const { host, pathname } = new URL(url);
  const [, collection, name, version] = pathname.split('/');
  if (host.toLowerCase() !== new URL(vaultUri).host.toLowerCase() || collection !== 'secrets' || !name)
    return undefined;
  return { name, ...(version && { version }) };
}

/** Variables, scale rules and volumes name secrets in `secretRef`, registries in `passwordSecretRef`. */
function reads(value: Json, name: string): boolean {
  if (Array.isArray(value)) return value.some((one) => reads(one, name));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([key, member]) =>
    key === 'secretRef' || key === 'passwordSecretRef' ? member === name : reads(member, name),
  );
}

function hasText(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '';
}
