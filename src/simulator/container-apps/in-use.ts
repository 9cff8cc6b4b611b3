import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { type Configuration, refusal, type Template } from './model.ts';
import { isActive, isMultiple, type RevisionRecord, type RevisionSet } from './revision.ts';

/**
 * Why a write may not take away what revisions still need, when it takes place in multiple mode; in single mode Azure lets
 * it happen (https://github.com/microsoft/vscode-azurecontainerapps/issues/1098).
 *
 * Secrets and registries of active revisions: words and codes from
 * https://github.com/jflavan/codec-chat/blob/main/docs/INFRA_WORKFLOW_FIX.md. Secrets of inactive revisions:
 * https://github.com/microsoft/azure-container-apps/issues/654 and
 * https://github.com/microsoft/azure-container-apps/issues/660.
 *
 * @param set the app as it is, with its configuration before the write
 */
export function inUseProblem(app: string, set: RevisionSet, after: Configuration): Refusal | undefined {
  if (!isMultiple(set.configuration) && !isMultiple(after)) return undefined;
  const active = set.records.filter((record) => isActive(set, record));
  const inactive = set.records.filter((record) => !isActive(set, record));
  const secrets = removed(set.configuration.secrets, after.secrets, ({ name }) => name);
  const registries = removed(set.configuration.registries, after.registries, ({ server }) => server?.toLowerCase());
  return (
    activeSecretProblem(app, users(active, secrets, secretRefs)) ??
    activeRegistryProblem(app, users(active, registries, imageHosts)) ??
    inactiveSecretProblem(users(inactive, secrets, secretRefs))
  );
}

interface Users {
  /** What is taken away although something needs it. */
  readonly needed: readonly string[];
  /** Names of the revisions that need it. */
  readonly revisions: readonly string[];
}

function users(
  records: readonly RevisionRecord[],
  wanted: readonly string[],
  needs: (template: JsonObject) => readonly string[],
): Users {
  const using = records.filter(({ template }) => needs(template).some((need) => wanted.includes(need)));
  const used = new Set(using.flatMap(({ template }) => needs(template)));
  return { needed: wanted.filter((one) => used.has(one)), revisions: using.map(({ name }) => name) };
}

function activeSecretProblem(app: string, { needed, revisions }: Users): Refusal | undefined {
  if (needed.length === 0) return undefined;
  return refusal(
    'ContainerAppSecretInUse',
    `Container App '${app}' has an active revision referencing a secret you are trying to delete. Please add secrets: ${needed.join(', ')} or deactive the revisions: ${revisions.join(', ')} referencing this secret.`,
  );
}

function activeRegistryProblem(app: string, { needed, revisions }: Users): Refusal | undefined {
  if (needed.length === 0) return undefined;
  return refusal(
    'ContainerAppRegistryInUse',
    `Container App '${app}' has active revisions pulling images from the registries you are trying to delete. Please add back registries ${needed.join(', ')} or deactive the revisions: ${revisions.join(', ')} pulling images from these registries.`,
  );
}

function inactiveSecretProblem({ needed }: Users): Refusal | undefined {
  if (needed.length === 0) return undefined;
  return refusal(
    'ContainerAppSecretInvalid',
    `Invalid Request: Container app secret(s) with name(s) '${needed.join(', ')}' are invalid: value or keyVaultUrl and identity should be provided.`,
  );
}

function removed<Item>(
  before: readonly Item[] | null | undefined,
  after: readonly Item[] | null | undefined,
  key: (item: Item) => string | undefined,
): readonly string[] {
  const kept = new Set((after ?? []).map(key));
  return (before ?? []).map(key).filter((one): one is string => one !== undefined && !kept.has(one));
}

/** Variables, scale rules and volumes name secrets, each in a member called `secretRef`. */
export function secretRefs(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(secretRefs);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'secretRef' && typeof member === 'string' ? [member] : secretRefs(member),
  );
}

function imageHosts(template: JsonObject): readonly string[] {
  const { containers, initContainers } = template as Template;
  return [...(containers ?? []), ...(initContainers ?? [])].map(
    ({ image = '' }) => image.split('/')[0]?.toLowerCase() ?? '',
  );
}
