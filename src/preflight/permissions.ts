import { AzureError } from '../azure/errors.ts';
import type { Arm, Principal } from '../azure/ports.ts';
import { isBelow } from '../domain/ids.ts';
import { settleAll } from '../engine/settle.ts';
import type { KnownResource, NeededPermission } from '../resources/kind.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { Beforehand, Ground } from './beforehand.ts';
import { addressOf, type Denial, denialsAround } from './deny-assignments.ts';
import { type Findings, NOTHING_FOUND, type PreflightTarget, type Problem } from './findings.ts';

const API_VERSION = '2022-04-01';

/** Something that the deployer has to be allowed to do. */
interface Need {
  /** Of the resource that it is for. */
  readonly key: string;
  readonly needed: NeededPermission;
  readonly scope: string;
}

/** What a kind needs beyond what a Contributor may; nothing for most. */
export function specialNeeds({ key, id, kind: { permission, type } }: KnownResource): readonly Need[] {
  // What an extension is an extension of, and what a child lies in; of all others the group.
  const own = id.toLowerCase().lastIndexOf(`/providers/${type.toLowerCase()}/`);
  const scope = own === -1 ? id.split('/').slice(0, -2).join('/') : id.slice(0, own);
  return permission ? [{ key, needed: permission, scope }] : [];
}

/** To write the resource at all. */
export function writeNeeds(resource: KnownResource): readonly Need[] {
  const { key, id, kind, title } = resource;
  const role = 'Contributor';
  const needed = {
    action: `${kind.operations ?? kind.type}/write`,
    title: `write ${title}`,
    roles: role,
    leastRole: role,
  };
  return kind.permission ? specialNeeds(resource) : [{ key, needed, scope: id }];
}

/** A permission that is missing, and the place at which the role is best given. */
interface Missing {
  readonly need: Need;
  readonly place: string;
}

/** What stands against the needs. */
interface Lacks {
  readonly who: Principal;
  readonly missing: readonly Missing[];
  /** By the key of the resource. */
  readonly forbidden: readonly (readonly [string, string])[];
  /** For what is elsewhere, in what is not there. */
  readonly placeless: readonly Need[];
  readonly unseen: readonly string[];
}

/**
 * What the deployer may not do of all this. Roles come down from subscription and group, and what exists may have some of its own
 * (https://learn.microsoft.com/azure/role-based-access-control/scope-overview), and deny assignments, which count more.
 */
export async function permissionProblems(ground: Ground, needs: readonly Need[]): Promise<Beforehand> {
  if (needs.length === 0) return { refusals: new Map(), unseen: [] };
  const { who, missing, forbidden, placeless, unseen } = await lacksOf(ground, needs);
  const missed = missing.map(({ need, place }) => {
    const problem = missingProblem(who, [need], place);
    return [need.key, `${problem.text} ${problem.repair}`] as const;
  });
  const nowhere = placeless.map((need) => {
    const { text, repair } = placelessProblem(need.scope);
    return [need.key, `${text} ${repair}`] as const;
  });
  return { refusals: new Map([...forbidden, ...missed, ...nowhere]), unseen };
}

/** The same of everything that would be written, told together where one assignment is enough. */
export async function permissionFindings(target: PreflightTarget): Promise<Findings> {
  return await findingsOf(target, target.desired.flatMap(writeNeeds));
}

/** The same of what a Contributor may not. */
export async function specialPermissionFindings(target: PreflightTarget): Promise<Findings> {
  return await findingsOf(target, target.desired.flatMap(specialNeeds));
}

async function findingsOf(target: PreflightTarget, needs: readonly Need[]): Promise<Findings> {
  if (needs.length === 0) return NOTHING_FOUND;
  const { who, missing, forbidden, placeless, unseen } = await lacksOf(target, needs);
  const together = Map.groupBy(missing, ({ need, place }) => `${need.needed.leastRole} ${place}`);
  const missed = [...together.values()].flatMap((all) => {
    const [first] = all;
    return first
      ? [
          missingProblem(
            who,
            all.map(({ need }) => need),
            first.place,
          ),
        ]
      : [];
  });
  const repair = 'Who made the deny assignment has to exclude the deployer.';
  const nowhere = [...new Set(placeless.map(({ scope }) => scope))].map(placelessProblem);
  return {
    problems: [...missed, ...nowhere, ...forbidden.map(([, text]) => ({ text, repair }))],
    unseen: unseen.map(notLookedAt),
  };
}

/** Whether the deployer may do that on the subscription as a whole; undefined when Azure does not tell. */
export async function mayOnSubscription({ azure, subscription }: Ground, action: string): Promise<boolean | undefined> {
  const held = await heldAt(azure.arm, subscription);
  return held === 'absent' ? undefined : held?.some((one) => allows(one, action));
}

function notLookedAt(what: string): string {
  return `Not looked at: ${what}`;
}

async function lacksOf(ground: Ground, needs: readonly Need[]): Promise<Lacks> {
  const { arm, resources } = ground.azure;
  const who = await resources.principal();
  const group = `${ground.subscription}/resourceGroups/${ground.config.azure.resourceGroup}`;
  const above = await rightsAbove(arm, who, [group, ground.subscription]);
  // What has the symbol of an output in place of its parent lies in what the deployment makes, which is in the group.
  const isAbove = ({ scope }: Need): boolean =>
    above !== undefined &&
    (scope.startsWith('${') || scope.toLowerCase() === above.place.toLowerCase() || isBelow(scope, above.place));
  const open = needs.filter((need) => !(isAbove(need) && above?.may(need.needed)));
  const own = await settleAll(
    [...new Set(open.map(({ scope }) => scope))].map(async (scope) => [scope, await heldAt(arm, scope)] as const),
  );
  const { lacking, placeless, unknown } = judged(open, new Map(own), { isAbove, isAboveKnown: above !== undefined });
  const isEverywhere = ({ needed: { action } }: Need): boolean =>
    needs.every((one) => one.needed.action !== action || lacking.includes(one));
  // Where all lack it, one assignment above them is enough.
  const missing = lacking.map((need) => ({
    need,
    place: above && isAbove(need) && isEverywhere(need) ? above.place : need.scope,
  }));
  const forbidden = needs.flatMap(({ key, needed, scope }) => {
    const problem = denied(above?.denials ?? [], needed, scope);
    return problem === undefined ? [] : [[key, problem] as const];
  });
  return { who, missing, forbidden, placeless, unseen: [...(above?.unseen ?? []), ...unknown] };
}

/** `absent`: there is no such place; undefined: it may not be read. */
type Held = readonly JsonObject[] | 'absent' | undefined;

interface KnownAbove {
  /** Whether what is held above such a place is known. */
  isAbove(need: Need): boolean;
  readonly isAboveKnown: boolean;
}

const GROUP = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i;

/**
 * Which of them are missing, of those that no place above gives, and which are for something in another group that is not there. What
 * cannot be read is unknown: it shows later.
 */
function judged(open: readonly Need[], own: ReadonlyMap<string, Held>, { isAbove, isAboveKnown }: KnownAbove) {
  const lacking: Need[] = [];
  const placeless: Need[] = [];
  const unknown = new Set<string>();
  for (const need of open) {
    const held = own.get(need.scope);
    if (held === 'absent' && isAboveKnown && !isAbove(need) && GROUP.test(need.scope)) placeless.push(need);
    else if (!Array.isArray(held) && !isAboveKnown)
      unknown.add(`what the deployer may do on ${need.scope}: Azure does not tell`);
    else if (!Array.isArray(held) || !held.some((one) => allows(one, need.needed.action))) lacking.push(need);
  }
  return { lacking, placeless, unknown: [...unknown] };
}

function placelessProblem(scope: string): Problem {
  return { text: `There is no ${scope}.`, repair: 'Make the group first, or name another one.' };
}

interface RightsAbove {
  readonly place: string;
  may(needed: NeededPermission): boolean;
  /** There, above and below. */
  readonly denials: readonly Denial[];
  readonly unseen: readonly string[];
}

/** At the first of these places that there is. */
async function rightsAbove(
  arm: Pick<Arm, 'list'>,
  who: Principal,
  places: readonly string[],
): Promise<RightsAbove | undefined> {
  for (const place of places) {
    const held = await heldAt(arm, place);
    if (held === undefined || held === 'absent') continue;
    const denials = await denialsAround(arm, place, who);
    return {
      place,
      may: ({ action }) => held.some((one) => allows(one, action)),
      denials: denials ?? [],
      unseen: denials === undefined ? [`deny assignments of ${place}: they may not be read`] : [],
    };
  }
  return undefined;
}

/** Of the caller, inherited ones too: https://learn.microsoft.com/rest/api/authorization/permissions. */
async function heldAt(arm: Pick<Arm, 'list'>, scope: string): Promise<Held> {
  try {
    return await arm.list(`${scope}/providers/Microsoft.Authorization/permissions`, API_VERSION);
  } catch (error) {
    if (error instanceof AzureError && error.statusCode === 404) return 'absent';
    if (error instanceof AzureError && error.statusCode === 403) return undefined;
    throw error;
  }
}

const MOST_TOLD = 3;

/** Who lacks a role lacks it for everything: the first of them are enough to see which. */
function few(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  const more = all.length - MOST_TOLD;
  return `${all.slice(0, MOST_TOLD).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** @param needs of one role */
function missingProblem({ objectId, principalType }: Principal, needs: readonly Need[], place: string): Problem {
  const titles = few(needs.map(({ needed }) => needed.title));
  const actions = few(needs.map(({ needed }) => needed.action));
  const { roles, leastRole } = needs[0]?.needed ?? { roles: '', leastRole: '' };
  const grant = `az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ${principalType ?? 'User'} --role "${leastRole}" --scope ${place}`;
  return {
    text: `The deployer may not ${titles} on ${place} (${actions}): it needs ${roles} there or above.`,
    repair: `Who may assign roles gives it: ${grant}`,
  };
}

function denied(denials: readonly Denial[], { action, title }: NeededPermission, place: string): string | undefined {
  const denial = denials.find((one) => one.covers(place) && one.permissions.some((set) => allows(set, action)));
  if (!denial) return undefined;
  return `The deployer may not ${title} on ${place} (${action}): the deny assignment ${denial.name} forbids it, whatever roles it has. Who made that has to exclude the deployer; to see it: az rest --method get --url "${addressOf(denial)}"`;
}

/** One permission set allows an action that its `actions` match and its `notActions` do not. */
export function allows({ actions, notActions }: JsonObject, action: string): boolean {
  return matches(actions, action) && !matches(notActions, action);
}

function matches(patterns: Json | undefined, action: string): boolean {
  if (!Array.isArray(patterns)) return false;
  return patterns.some((pattern) => typeof pattern === 'string' && wildcard(pattern).test(action));
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}
