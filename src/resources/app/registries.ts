import { imageReference, registryServer } from '../../domain/images/image-reference.ts';
import { overlay } from '../../domain/merge.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';

/** Where an app or a job says how it signs in to the registries that it pulls from. */
export const REGISTRIES = 'properties.configuration.registries';

/**
 * Servers of live entries for our registry that nobody configured: those that sign in with a password, since the admin user
 * that it belongs to goes off, and those that sign in as this app's own identity, where `isNew` says that nothing is known of it yet.
 */
export function unclaimedPulls(
  desired: JsonObject,
  live: JsonObject,
  {
    loginServer,
    identity,
    isNew,
  }: { readonly loginServer: string; readonly identity: string; readonly isNew: boolean },
): readonly string[] {
  const wanted = registriesOf(desired).map(serverOf);
  return registriesOf(live).flatMap((entry) => {
    const server = serverOf(entry);
    const isOurs = server === loginServer.toLowerCase() && !wanted.includes(server);
    const isSafe = String(entry.identity ?? '').toLowerCase() === identity.toLowerCase();
    return isOurs && (hasPassword(entry) || (isNew && isSafe)) ? [String(entry.server)] : [];
  });
}

/** The live body with the registries that a write of the desired one leaves in it, and the passwords that go with the old entries. */
export function afterRegistries(
  desired: JsonObject,
  live: JsonObject,
): { readonly live: JsonObject; readonly replaced: readonly string[] } {
  const wanted = new Map(registriesOf(desired).map((entry) => [serverOf(entry), entry]));
  const now = registriesOf(live);
  const registries = now.map((entry) => wanted.get(serverOf(entry)) ?? entry);
  const replaced = now.flatMap((entry, index) => {
    const { passwordSecretRef: before } = entry;
    const isKept = registries[index]?.passwordSecretRef === before;
    return typeof before === 'string' && before !== '' && !isKept ? [before] : [];
  });
  if (replaced.length === 0) return { live, replaced };
  return { live: overlay(live, { properties: { configuration: { registries } } }), replaced };
}

/**
 * Entries of ours that are wanted no more, and from whose registries revisions pull that still run: Azure takes none of them away
 * (`ContainerAppRegistryInUse` in https://github.com/jflavan/codec-chat/blob/main/docs/INFRA_WORKFLOW_FIX.md).
 *
 * @param templates of the revisions that run
 */
export function entriesInUse(leaving: readonly JsonObject[], templates: readonly JsonObject[]): readonly JsonObject[] {
  const servers = new Set(templates.flatMap(imagesIn).map((image) => imageReference(image).server));
  return leaving.filter((entry) => servers.has(registryServer(serverOf(entry).split('/')[0] ?? '')));
}

/** Entries of ours that a write of the desired body takes away. */
export function leavingEntries(desired: JsonObject, applied: JsonObject, live: JsonObject): readonly JsonObject[] {
  const [wanted, ours] = [desired, applied].map((body) => registriesOf(body).map(serverOf));
  return registriesOf(live).filter((entry) => ours?.includes(serverOf(entry)) && !wanted?.includes(serverOf(entry)));
}

/** The body with these entries as well. */
export function withEntries(body: JsonObject, entries: readonly JsonObject[]): JsonObject {
  if (entries.length === 0) return body;
  return overlay(body, { properties: { configuration: { registries: [...registriesOf(body), ...entries] } } });
}

function imagesIn(template: JsonObject): readonly string[] {
  return ['containers', 'initContainers'].flatMap((key) => {
    const { [key]: found } = template;
    return (Array.isArray(found) ? found.filter(isJsonObject) : []).map(({ image }) => scalarText(image));
  });
}

export function registriesOf(body: JsonObject): readonly JsonObject[] {
  const registries = jsonAt(body, REGISTRIES);
  return Array.isArray(registries) ? registries.filter(isJsonObject) : [];
}

function serverOf({ server }: JsonObject): string {
  return String(server ?? '').toLowerCase();
}

function hasPassword({ username, passwordSecretRef }: JsonObject): boolean {
  return [username, passwordSecretRef].some((value) => typeof value === 'string' && value !== '');
}
