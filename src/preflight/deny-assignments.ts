import type { Arm, Principal } from '../azure/ports.ts';
import { isJsonObject, type Json, type JsonObject, scalarText } from '../shared/json.ts';
import { readableList } from './readable-list.ts';

const API_VERSION = '2022-04-01';
/** Everybody: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments#the-all-principals-principal */
const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/** What forbids something at a scope, whatever roles there are. */
export interface Denial {
  readonly id: string;
  readonly name: string;
  /** Whether it holds for a scope. */
  covers(scope: string): boolean;
  /** As of role definitions. */
  readonly permissions: readonly JsonObject[];
}

/**
 * The deny assignments at a scope, above and below it that are surely for the principal, himself or everybody: whether he is in a group
 * that one excludes, Azure does not tell (https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope).
 *
 * @returns undefined when they may not be read
 */
export async function denialsAround(
  arm: Pick<Arm, 'list'>,
  scope: string,
  { objectId }: Principal,
): Promise<readonly Denial[] | undefined> {
  const path = `${scope}/providers/Microsoft.Authorization/denyAssignments`;
  const found = await readableList(arm, path, API_VERSION);
  return found?.flatMap((one) => {
    const properties = objectOf(one.properties);
    const { denyAssignmentName, permissions, principals, excludePrincipals } = properties;
    const [denied, excluded] = [members(principals), members(excludePrincipals)];
    const isMeant = denied.some(({ id }) => id === objectId || id === EVERYBODY);
    const isExcluded = excluded.some(({ id, type }) => id === objectId || scalarText(type) === 'Group');
    if (!isMeant || isExcluded) return [];
    const covers = (id: string): boolean => isCovered(id, properties);
    return [{ id: one.id, name: scalarText(denyAssignmentName, one.id), covers, permissions: members(permissions) }];
  });
}

function isCovered(id: string, { scope, doNotApplyToChildScopes }: JsonObject): boolean {
  const [own, there] = [id.toLowerCase(), scalarText(scope).toLowerCase()];
  return own === there || (doNotApplyToChildScopes !== true && own.startsWith(`${there}/`));
}

/** Where somebody can look at it. */
export function addressOf({ id }: Denial): string {
  return `https://management.azure.com${id}?api-version=${API_VERSION}`;
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function members(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
