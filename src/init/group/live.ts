import { createMasker } from '../../domain/masking.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { looksSecret } from '../convert/variable-facts.ts';

/** A resource as Azure answers it. */
export interface LiveResource {
  readonly id: string;
  /** Of its provider: `Microsoft.App/containerApps`. */
  readonly type: string;
  readonly name: string;
  readonly body: JsonObject;
}

/** Everything that is in a resource group, children included. */
export interface LiveGroup {
  readonly subscriptionId: string;
  readonly name: string;
  readonly location: string;
  readonly resources: readonly LiveResource[];
  /** The names of the secrets in the group's vault; absent: they may not be read here. */
  readonly vaultSecrets?: readonly string[];
}

/**
 * A body that is read path by path, and knows what nobody has read: nothing of it is dropped silently. Members of arrays have their name
 * as a segment (`containers[web]`), or else their number.
 */
export class Reading {
  readonly #body: Json;
  readonly #path: string;
  readonly #taken: Set<string>;

  constructor(body: Json, path = '', taken = new Set<string>()) {
    this.#body = body;
    this.#path = path;
    this.#taken = taken;
  }

  /** The value at a dotted path, with all that is in it; one with a credential in it is left, and so told as unread. */
  take(path: string): Json | undefined {
    const found = path.split('.').reduce<Json | undefined>(memberOf, this.#body);
    return found !== undefined && hasCredential(found) ? undefined : this.takeSecret(path);
  }

  /** The same of a place where credentials are looked for: whoever takes it writes none down. */
  takeSecret(path: string): Json | undefined {
    const found = path.split('.').reduce<Json | undefined>(memberOf, this.#body);
    if (found !== undefined) this.#taken.add(this.#at(path));
    return found;
  }

  /** Whether there is a credential anywhere in it. */
  isSecret(): boolean {
    return hasCredential(this.#body);
  }

  text(path: string): string | undefined {
    const value = this.take(path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  number(path: string): number | undefined {
    const value = this.take(path);
    return typeof value === 'number' ? value : undefined;
  }

  object(path: string): JsonObject | undefined {
    const value = this.take(path);
    return isJsonObject(value) ? value : undefined;
  }

  texts(path: string): string[] | undefined {
    const value = this.take(path);
    return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
  }

  /** The members of an array, each to be read on its own. */
  members(path: string): readonly Reading[] {
    const value = path.split('.').reduce<Json | undefined>(memberOf, this.#body);
    if (!Array.isArray(value)) return [];
    return value.map((member, index) => new Reading(member, `${this.#at(path)}${segment(member, index)}`, this.#taken));
  }

  /** Paths of what was not read and says something, with their values. */
  rest(): readonly { readonly path: string; readonly value: Json }[] {
    return leaves(this.#body, this.#path).filter(({ path }) => !this.#isTaken(path));
  }

  #isTaken(path: string): boolean {
    for (let end = path.length; end > 0; end = lastBreak(path, end))
      if (this.#taken.has(path.slice(0, end))) return true;
    return false;
  }

  #at(path: string): string {
    return this.#path === '' ? path : `${this.#path}.${path}`;
  }
}

/** By its surroundings, as in logs, or by the name of its member. */
function hasCredential(value: Json, name = ''): boolean {
  if (typeof value === 'string') return value !== '' && (looksSecret(name) || createMasker([]).mask(value) !== value);
  if (value === null || typeof value !== 'object') return false;
  const isHeader = isJsonObject(value) && SECRET_HEADER.test(String(value.name)) && 'value' in value;
  return isHeader || Object.entries(value).some(([key, member]) => hasCredential(member, key));
}

const SECRET_HEADER = /^(?:proxy-)?authorization$|^cookie$|key$|token$/i;

function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function segment(member: Json, index: number): string {
  return isJsonObject(member) && typeof member.name === 'string' ? `[${member.name}]` : `[${index}]`;
}

function lastBreak(path: string, before: number): number {
  return Math.max(path.lastIndexOf('.', before - 1), path.lastIndexOf('[', before - 1));
}

/** What says nothing is no leaf: null, false, an empty text, list or object. */
function leaves(value: Json, path: string): readonly { readonly path: string; readonly value: Json }[] {
  if (Array.isArray(value)) return value.flatMap((member, index) => leaves(member, `${path}${segment(member, index)}`));
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([key, member]) => leaves(member, path === '' ? key : `${path}.${key}`));
  return value === null || value === false || value === '' ? [] : [{ path, value }];
}
