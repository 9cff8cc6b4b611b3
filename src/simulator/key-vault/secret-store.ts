import { randomBytes } from 'node:crypto';

/** Unix seconds, as the data plane has them. */
interface SecretAttributes {
  readonly enabled: boolean;
  readonly created: number;
  readonly updated: number;
  readonly nbf?: number;
  readonly exp?: number;
}

export interface SecretVersion {
  /** 32 hexadecimal digits. */
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly attributes: SecretAttributes;
}

export interface StoredSecret {
  readonly name: string;
  /** Oldest first; never empty. */
  readonly versions: readonly SecretVersion[];
  /** Unix seconds; set while the secret is soft-deleted. */
  readonly deletedAt?: number;
}

/** The secrets of one vault, by lower-case name; plain JSON that the simulator keeps in its state file. */
export type SecretStore = Record<string, StoredSecret>;

export interface SecretInput {
  readonly value: string;
  readonly contentType?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly attributes?: { readonly enabled?: boolean; readonly nbf?: number; readonly exp?: number } | undefined;
}

/** A secret that is not soft-deleted. */
export function liveSecret(store: SecretStore, name: string): StoredSecret | undefined {
  const secret = store[name.toLowerCase()];
  return secret?.deletedAt === undefined ? secret : undefined;
}

export function deletedSecret(store: SecretStore, name: string): StoredSecret | undefined {
  const secret = store[name.toLowerCase()];
  return secret?.deletedAt === undefined ? undefined : secret;
}

/** The version asked for, or the newest. */
export function secretVersion(secret: StoredSecret, version?: string): SecretVersion | undefined {
  return version ? secret.versions.find((one) => one.version === version.toLowerCase()) : secret.versions.at(-1);
}

/** Adds a version. */
export function setSecret(store: SecretStore, name: string, input: SecretInput, now: number): SecretVersion {
  const { value, contentType, tags = {}, attributes = {} } = input;
  const added: SecretVersion = {
    version: randomBytes(16).toString('hex'),
    value,
    ...(contentType === undefined ? {} : { contentType }),
    tags,
    attributes: { ...attributes, enabled: attributes.enabled ?? true, created: now, updated: now },
  };
  const before = liveSecret(store, name);
  store[name.toLowerCase()] = { name: before?.name ?? name, versions: [...(before?.versions ?? []), added] };
  return added;
}

/** Changes attributes, tags or content type of one version; what is not given stays. Undefined: no such version. */
export function updateSecret(
  store: SecretStore,
  name: string,
  version: string,
  changes: Omit<SecretInput, 'value'>,
  now: number,
): SecretVersion | undefined {
  const secret = liveSecret(store, name);
  const current = secret && secretVersion(secret, version);
  if (!secret || !current) return undefined;
  const changed: SecretVersion = {
    ...current,
    ...(changes.contentType === undefined ? {} : { contentType: changes.contentType }),
    tags: changes.tags ?? current.tags,
    attributes: { ...current.attributes, ...changes.attributes, updated: now },
  };
  store[name.toLowerCase()] = { ...secret, versions: secret.versions.map((one) => (one === current ? changed : one)) };
  return changed;
}

export function deleteSecret(store: SecretStore, secret: StoredSecret, now: number): StoredSecret {
  const deleted = { ...secret, deletedAt: now };
  store[secret.name.toLowerCase()] = deleted;
  return deleted;
}

export function recoverSecret(store: SecretStore, secret: StoredSecret): StoredSecret {
  const { deletedAt: _, ...recovered } = secret;
  store[secret.name.toLowerCase()] = recovered;
  return recovered;
}
