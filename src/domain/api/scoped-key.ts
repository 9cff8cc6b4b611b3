import { ENVIRONMENT_NAME } from '../environment-name.ts';
import { ROLES, type Role } from './route-table.ts';

/** What a key may be made for. */
export const RIGHTS = ['read', 'deploy', 'approve'] as const;
export type Right = (typeof RIGHTS)[number];

/** The role of people that may do the same. */
const ROLE_OF: Readonly<Record<Right, Role>> = { read: ROLES[0], deploy: ROLES[1], approve: ROLES[2] };

/** What a key opens, as it says itself. */
export interface KeyScope {
  /** For records. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Undefined: every one. */
  readonly environment: string | undefined;
}

export const KEY_NAME = /^[a-z][a-z0-9-]{0,38}$/;
export const KEY_NAME_RULE = 'a lower-case letter, then at most 38 lower-case letters, digits or hyphens';

const PREFIX = 'draftgenie';
/** No environment is called so. */
const EVERY_ENVIRONMENT = '_';

/**
 * A key with its scope in it: `draftgenie.deploy-approve.staging.ci.RANDOM`. A host knows keys as whole texts only, its own and those
 * that it is given (https://learn.microsoft.com/azure/azure-functions/function-keys-how-to), so nobody gets in with one whose scope was
 * changed, and the scope needs no list of its own.
 *
 * @param random cannot be guessed, and has no dot
 */
export function scopedKey(
  {
    name,
    rights,
    environment,
  }: { readonly name: string; readonly rights: readonly Right[]; readonly environment: string | undefined },
  random: string,
): string {
  const allowed = RIGHTS.filter((right) => rights.includes(right));
  return [PREFIX, allowed.join('-'), environment ?? EVERY_ENVIRONMENT, name, random].join('.');
}

/**
 * The scope of a key that the host let in.
 *
 * @returns undefined: it says none, as the host's own; `invalid`: it begins as one that does, and opens nothing
 */
export function scopeOf(key: string): KeyScope | undefined | 'invalid' {
  const [prefix, rights = '', environment = '', name = '', random = ''] = key.split('.');
  if (prefix?.toLowerCase() !== PREFIX) return undefined;
  const given = rights.split('-').map((right) => RIGHTS.find((one) => one === right));
  const isKnown = environment === EVERY_ENVIRONMENT || ENVIRONMENT_NAME.test(environment);
  if (!isKnown || !KEY_NAME.test(name) || random === '') return 'invalid';
  const roles = given.flatMap((right) => (right === undefined ? [] : [ROLE_OF[right]]));
  if (roles.length !== given.length) return 'invalid';
  return { name, roles, environment: environment === EVERY_ENVIRONMENT ? undefined : environment };
}
