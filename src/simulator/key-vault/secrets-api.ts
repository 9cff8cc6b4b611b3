import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import {
  deletedSecret,
  deleteSecret,
  liveSecret,
  recoverSecret,
  type SecretInput,
  type SecretStore,
  type SecretVersion,
  type StoredSecret,
  secretVersion,
  setSecret,
  updateSecret,
} from './secret-store.ts';

/** A data-plane request after its caller was authenticated. */
export interface SecretsRequest {
  readonly method: string;
  /** `/secrets/name/version` */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json | undefined;
}

export interface VaultSettings {
  /** `https://kv-demo.vault.azure.net`, without a slash at the end. */
  readonly uri: string;
  readonly softDeleteRetentionInDays: number;
  readonly purgeProtection: boolean;
  /** Unix seconds. */
  readonly now: number;
  /** Whether the caller may do this with a secret, or with all of them, where none is named. */
  authorize(asked: { readonly action: SecretAction; readonly secret: string }): boolean;
  /** What a 403 says about caller and resource. */
  readonly denial: string;
}

export type SecretAction = 'getSecret' | 'setSecret' | 'readMetadata' | 'update' | 'delete' | 'recover' | 'purge';

export interface SecretsReply {
  readonly status: number;
  readonly body: JsonObject | undefined;
}

const DEFAULT_PAGE = 25;

/** Answers `/secrets` and `/deletedsecrets` of a vault (data plane 7.x and 2025-07-01 and later); changes `store` in place. */
export function answerSecrets(request: SecretsRequest, vault: VaultSettings, store: SecretStore): SecretsReply {
  const [, collection, name, third, ...rest] = request.path.replace(/\/+$/, '').split('/');
  const route = `${request.method} ${collection} ${name === undefined ? 'all' : 'one'}${third === undefined ? '' : third === 'versions' || third === 'recover' || third === 'backup' ? ` ${third}` : ' version'}`;
  if (rest.length > 0) return notSupported(request);
  if (name !== undefined && !/^[0-9a-zA-Z-]{1,127}$/.test(name)) {
    return failure(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
  }
  const call = { request, vault, store, name: name ?? '', version: third };
  switch (route) {
    case 'GET secrets all':
      return allowed(call, 'readMetadata', () =>
        page(
          call,
          live(store).map((secret) => item(vault, secret)),
        ),
      );
    case 'GET secrets one':
    case 'GET secrets one version':
      return allowed(call, 'getSecret', () => get(call));
    case 'GET secrets one versions':
      return allowed(call, 'readMetadata', () => versions(call));
    case 'PUT secrets one':
      return allowed(call, 'setSecret', () => set(call));
    case 'PATCH secrets one':
    case 'PATCH secrets one version':
      return allowed(call, 'update', () => update(call));
    case 'DELETE secrets one':
      return allowed(call, 'delete', () => remove(call));
    case 'GET deletedsecrets all':
      return allowed(call, 'readMetadata', () =>
        page(
          call,
          deleted(store).map((secret) => deletedItem(vault, secret)),
        ),
      );
    case 'GET deletedsecrets one':
      return allowed(call, 'readMetadata', () => withDeleted(call, (secret) => ok(deletedItem(vault, secret))));
    case 'DELETE deletedsecrets one':
      return allowed(call, 'purge', () => purge(call));
    case 'POST deletedsecrets one recover':
      return allowed(call, 'recover', () =>
        withDeleted(call, (secret) => ok(item(vault, recoverSecret(store, secret), true))),
      );
    default:
      return notSupported(request);
  }
}

interface Call {
  readonly request: SecretsRequest;
  readonly vault: VaultSettings;
  readonly store: SecretStore;
  readonly name: string;
  readonly version: string | undefined;
}

function get({ vault, store, name, version }: Call): SecretsReply {
  const secret = liveSecret(store, name);
  const found = secret && secretVersion(secret, version);
  if (!secret || !found) return secretNotFound(version ? `${name}/${version}` : name);
  if (!found.attributes.enabled) {
    return failure(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
  }
  return ok({ value: found.value, ...bundle(vault, secret, found) });
}

function set({ request, vault, store, name }: Call): SecretsReply {
  const input = secretInput(request.body);
  if (input?.value === undefined)
    return failure(400, 'BadParameter', 'Property value is required and must be a string');
  const excess = excessOf({ ...input, value: input.value });
  if (excess) return failure(400, 'BadParameter', excess);
  if (deletedSecret(store, name)) {
    return failure(
      409,
      'Conflict',
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
      'ObjectIsDeletedButRecoverable',
    );
  }
  const added = setSecret(store, name, { ...input, value: input.value }, vault.now);
  return ok({ value: added.value, ...bundle(vault, liveSecret(store, name), added) });
}

/**
 * What is too large; the limits are of https://learn.microsoft.com/azure/key-vault/secrets/about-secrets, the first message
 * of https://github.com/Azure/azure-cli/issues/5639.
 */
function excessOf({ value, contentType = '', tags = {} }: SecretInput): string | undefined {
  if (Buffer.byteLength(value) > 25_600) return 'Secret is beyond the maximum permitted length of 25600 characters.';
  if (contentType.length > 255) return 'Property contentType is longer than 255 characters';
  const entries = Object.entries(tags);
  if (entries.length > 15) return 'There are more than 15 tags';
  const long = entries.some(([name, text]) => name.length > 256 || text.length > 256);
  return long ? 'A tag has a name or a value of more than 256 characters' : undefined;
}

function update({ request, vault, store, name, version }: Call): SecretsReply {
  const secret = liveSecret(store, name);
  const target = secret && secretVersion(secret, version);
  const changed = target && updateSecret(store, name, target.version, secretInput(request.body) ?? {}, vault.now);
  return secret && changed ? ok(bundle(vault, secret, changed)) : secretNotFound(name);
}

function remove({ vault, store, name }: Call): SecretsReply {
  const secret = liveSecret(store, name);
  return secret ? ok(deletedItem(vault, deleteSecret(store, secret, vault.now))) : secretNotFound(name);
}

function purge(call: Call): SecretsReply {
  return withDeleted(call, (secret) => {
    if (call.vault.purgeProtection) {
      return failure(
        403,
        'Forbidden',
        'Operation "purge" is not allowed because purge protection is enabled for this vault.',
        'ForbiddenByPolicy',
      );
    }
    delete call.store[secret.name.toLowerCase()];
    return { status: 204, body: undefined };
  });
}

function versions(call: Call): SecretsReply {
  const secret = liveSecret(call.store, call.name);
  if (!secret) return secretNotFound(call.name);
  return page(
    call,
    secret.versions.map((version) => bundle(call.vault, secret, version)),
  );
}

function page({ request, vault }: Call, all: readonly JsonObject[]): SecretsReply {
  const size = Number(request.query.get('maxresults') ?? DEFAULT_PAGE);
  const start = Number(request.query.get('$skiptoken') ?? 0);
  const end = start + size;
  const query = new URLSearchParams(request.query);
  query.set('$skiptoken', String(end));
  return ok({
    value: all.slice(start, end),
    nextLink: end < all.length ? `${vault.uri}${request.path}?${query}` : null,
  });
}

function allowed({ vault, name }: Call, action: SecretAction, answer: () => SecretsReply): SecretsReply {
  if (vault.authorize({ action, secret: name })) return answer();
  return failure(
    403,
    'Forbidden',
    `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n${vault.denial}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/${action}/action'\r\nAssignment: (not found)\r\n`,
    'ForbiddenByRbac',
  );
}

function withDeleted({ store, name }: Call, answer: (secret: StoredSecret) => SecretsReply): SecretsReply {
  const secret = deletedSecret(store, name);
  return secret ? answer(secret) : failure(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
}

function bundle(vault: VaultSettings, secret: StoredSecret | undefined, version: SecretVersion): JsonObject {
  return {
    ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
    id: `${vault.uri}/secrets/${secret?.name}/${version.version}`,
    attributes: {
      ...version.attributes,
      recoveryLevel: vault.purgeProtection ? 'Recoverable' : 'Recoverable+Purgeable',
      recoverableDays: vault.softDeleteRetentionInDays,
    },
    tags: { ...version.tags },
  };
}

/** A list entry: the newest version, with an id that names none, unless `versioned`. */
function item(vault: VaultSettings, secret: StoredSecret, versioned = false): JsonObject {
  const newest = secret.versions.at(-1);
  if (!newest) throw new Error(`secret ${secret.name} has no version`);
  const entry = bundle(vault, secret, newest);
  return versioned ? entry : { ...entry, id: `${vault.uri}/secrets/${secret.name}` };
}

function deletedItem(vault: VaultSettings, secret: StoredSecret): JsonObject {
  const deletedDate = secret.deletedAt ?? vault.now;
  return {
    recoveryId: `${vault.uri}/deletedsecrets/${secret.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + vault.softDeleteRetentionInDays * 86_400,
    ...item(vault, secret, true),
  };
}

function live(store: SecretStore): readonly StoredSecret[] {
  return sorted(store).filter(({ deletedAt }) => deletedAt === undefined);
}

function deleted(store: SecretStore): readonly StoredSecret[] {
  return sorted(store).filter(({ deletedAt }) => deletedAt !== undefined);
}

function sorted(store: SecretStore): readonly StoredSecret[] {
  return Object.values(store).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function secretInput(body: Json | undefined): (Omit<SecretInput, 'value'> & { value?: string }) | undefined {
  if (!isJsonObject(body)) return undefined;
  const { value, contentType, tags, attributes } = body;
  const given = isJsonObject(attributes) ? attributes : undefined;
  return {
    ...(typeof value === 'string' ? { value } : {}),
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(isJsonObject(tags)
      ? { tags: Object.fromEntries(Object.entries(tags).map(([key, text]) => [key, String(text)])) }
      : {}),
    ...(given
      ? {
          attributes: {
            ...(typeof given.enabled === 'boolean' ? { enabled: given.enabled } : {}),
            ...(typeof given.nbf === 'number' ? { nbf: given.nbf } : {}),
            ...(typeof given.exp === 'number' ? { exp: given.exp } : {}),
          },
        }
      : {}),
  };
}

function ok(body: JsonObject): SecretsReply {
  return { status: 200, body };
}

function secretNotFound(name: string): SecretsReply {
  return failure(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

function notSupported({ method, path }: SecretsRequest): SecretsReply {
  return failure(400, 'BadParameter', `Operation ${method} ${path} is not supported`);
}

function failure(status: number, code: string, message: string, innerCode?: string): SecretsReply {
  return { status, body: { error: { code, message, ...(innerCode ? { innererror: { code: innerCode } } : {}) } } };
}
