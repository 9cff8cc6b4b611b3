import { AzureError } from '../../azure/errors.ts';
import type { Arm, ArmResource } from '../../azure/ports.ts';
import { isBelow, nameOf } from '../../domain/ids.ts';
import type { PlannedResource } from '../../domain/plan-schema.ts';
import { type CodedWarning, coded } from '../../domain/warnings/warning-codes.ts';
import { settleAll } from '../../engine/settle.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import { type Lock, locksOf } from '../foreign/locks.ts';
import { deniesDeletion, type PolicySubject, resolved } from './policy-rule.ts';

/** What stands in the way of deletions, and what could not be asked. */
export interface DeletionBars {
  readonly bars: readonly PlannedResource[];
  readonly warnings: readonly CodedWarning[];
  readonly unseen: readonly string[];
}

const LOCK = 'Microsoft.Authorization/locks';
const ASSIGNMENT = 'Microsoft.Authorization/policyAssignments';
const POLICY_VERSION = '2023-04-01';

/**
 * Looks for locks, at, above and below what is to be deleted, and for policies that deny its deletion: Azure would refuse in the
 * middle what can be told at the start.
 *
 * @param groups ids of the resource groups in which it lies
 */
export async function deletionBars(
  arm: Pick<Arm, 'get' | 'list'>,
  groups: readonly string[],
  doomed: readonly PolicySubject[],
): Promise<DeletionBars> {
  if (doomed.length === 0) return { bars: [], warnings: [], unseen: [] };
  const found = await settleAll([locks(arm, groups, doomed), policies(arm, groups, doomed)]);
  return {
    bars: found.flatMap(({ bars }) => bars),
    warnings: found.flatMap(({ warnings }) => warnings),
    unseen: found.flatMap(({ unseen }) => unseen),
  };
}

/**
 * A lock of either level stops a deletion at its scope, below it, and of what holds it
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources). A subscription lists all of its own
 * (https://learn.microsoft.com/rest/api/resources/management-locks/list-at-subscription-level); not everybody may ask it.
 */
async function locks(
  arm: Pick<Arm, 'list'>,
  groups: readonly string[],
  doomed: readonly PolicySubject[],
): Promise<DeletionBars> {
  const subscriptions = new Set(groups.map((group) => group.split('/').slice(0, 3).join('/')));
  const asked = await settleAll([...subscriptions, ...groups].map((scope) => locksOf(arm, scope)));
  const all = new Map(asked.flatMap((seen) => seen.locks.map((lock) => [idOf(lock).toLowerCase(), lock] as const)));
  const bars = [...all.values()].flatMap((lock): PlannedResource[] => {
    const { name, scope } = lock;
    if (!doomed.some(({ id }) => isSame(id, scope) || isBelow(id, scope) || isBelow(scope, id))) return [];
    const reason = `the lock ${name} at ${scope} forbids the deletion; who may, removes it with: az lock delete --ids ${idOf(lock)}`;
    return [{ key: `lock:${name}`, id: idOf(lock), type: LOCK, action: 'forbidden', reason }];
  });
  return { bars, warnings: [], unseen: asked.flatMap(({ unseen }) => unseen) };
}

function idOf({ scope, name }: Lock): string {
  return `${scope}/providers/${LOCK}/${name}`;
}

/**
 * The list for a group has what is assigned above it, too
 * (https://learn.microsoft.com/rest/api/policy/policy-assignments/list-for-resource-group).
 */
async function policies(
  arm: Pick<Arm, 'get' | 'list'>,
  groups: readonly string[],
  doomed: readonly PolicySubject[],
): Promise<DeletionBars> {
  const asked = await settleAll(
    groups.map(async (scope) => ({
      scope,
      list: await listed(arm, `${scope}/providers/${ASSIGNMENT}`, POLICY_VERSION),
    })),
  );
  const assignments = new Map(
    asked.flatMap(({ list }) => (list ?? []).map((one) => [one.id.toLowerCase(), one] as const)),
  );
  const judged = await settleAll([...assignments.values()].map((one) => judge(arm, one, doomed)));
  return {
    bars: judged.flatMap(({ bars }) => bars),
    warnings: judged.flatMap(({ warnings }) => warnings),
    unseen: [
      ...asked.flatMap(({ scope, list }) => (list ? [] : [`policies at ${scope}: they may not be read`])),
      ...judged.flatMap(({ unseen }) => unseen),
    ],
  };
}

async function judge(
  arm: Pick<Arm, 'get'>,
  assignment: ArmResource,
  doomed: readonly PolicySubject[],
): Promise<DeletionBars> {
  const nothing: DeletionBars = { bars: [], warnings: [], unseen: [] };
  if (jsonAt(assignment, 'properties.enforcementMode') === 'DoNotEnforce') return nothing;
  const name = scalarText(jsonAt(assignment, 'properties.displayName')) || nameOf(assignment.id);
  const given = valuesOf(jsonAt(assignment, 'properties.parameters'));
  const rules = await rulesOf(arm, scalarText(jsonAt(assignment, 'properties.policyDefinitionId')), given);
  if (!rules) return { ...nothing, unseen: [`the policy ${name} (${assignment.id}): its definition may not be read`] };
  const inScope = doomed.filter(({ id }) => isInScope(assignment, id));
  const verdicts = inScope.map((subject) => ({
    subject,
    found: rules.map(({ rule, parameters }) => deniesDeletion(rule, parameters, subject)),
  }));
  const denied = verdicts.filter(({ found }) => found.includes('yes')).map(({ subject }) => nameOf(subject.id));
  const doubtful = verdicts.filter(({ found }) => found.includes('unknown') && !found.includes('yes'));
  if (denied.length > 0) {
    const reason = `the policy ${name} denies the deletion of ${denied.join(', ')}; az policy assignment show --name ${nameOf(assignment.id)} --scope ${scopeOf(assignment)} tells of it`;
    return {
      ...nothing,
      bars: [
        { key: `policy:${nameOf(assignment.id)}`, id: assignment.id, type: ASSIGNMENT, action: 'forbidden', reason },
      ],
    };
  }
  if (doubtful.length === 0) return nothing;
  const names = doubtful.map(({ subject }) => nameOf(subject.id)).join(', ');
  return {
    ...nothing,
    warnings: [
      coded(
        'policy_unclear',
        `The policy ${name} may deny the deletion of ${names}: its rule is not one that can be told from here.`,
      ),
    ],
  };
}

interface Rule {
  readonly rule: Json | undefined;
  readonly parameters: JsonObject;
}

/** The rules of a definition, or of all in a set; undefined where one may not be read. */
async function rulesOf(arm: Pick<Arm, 'get'>, id: string, given: JsonObject): Promise<readonly Rule[] | undefined> {
  const definition = id === '' ? undefined : await readable(() => arm.get(id, POLICY_VERSION));
  if (!definition) return undefined;
  const parameters = { ...defaultsOf(jsonAt(definition, 'properties.parameters')), ...given };
  const members = jsonAt(definition, 'properties.policyDefinitions');
  if (!Array.isArray(members)) return [{ rule: jsonAt(definition, 'properties.policyRule'), parameters }];
  const rules = await settleAll(
    members.map((member) => {
      const handed = Object.entries(valuesOf(jsonAt(member, 'parameters'))).flatMap(([name, value]) => {
        const known = resolved(value, parameters);
        return known === undefined ? [] : [[name, known] as const];
      });
      return rulesOf(arm, scalarText(jsonAt(member, 'policyDefinitionId')), Object.fromEntries(handed));
    }),
  );
  return rules.includes(undefined) ? undefined : rules.flatMap((one) => one ?? []);
}

function valuesOf(parameters: Json | undefined): JsonObject {
  return membersOf(parameters, 'value');
}

function defaultsOf(parameters: Json | undefined): JsonObject {
  return membersOf(parameters, 'defaultValue');
}

function membersOf(parameters: Json | undefined, member: string): JsonObject {
  const entries = isJsonObject(parameters) ? Object.entries(parameters) : [];
  return Object.fromEntries(
    entries.flatMap(([name, one]) => (isJsonObject(one) && one[member] !== undefined ? [[name, one[member]]] : [])),
  );
}

function scopeOf(assignment: ArmResource): string {
  const scope = scalarText(jsonAt(assignment, 'properties.scope'));
  return (
    scope || assignment.id.slice(0, assignment.id.toLowerCase().lastIndexOf(`/providers/${ASSIGNMENT.toLowerCase()}/`))
  );
}

/** What is assigned to a management group holds for every subscription that the list tells it for. */
function isInScope(assignment: ArmResource, id: string): boolean {
  const within = (scope: string): boolean => isSame(id, scope) || isBelow(id, scope);
  const scope = scopeOf(assignment);
  const excluded = jsonAt(assignment, 'properties.notScopes');
  if (Array.isArray(excluded) && excluded.some((one) => within(scalarText(one)))) return false;
  return !scope.toLowerCase().startsWith('/subscriptions/') || within(scope);
}

async function listed(
  arm: Pick<Arm, 'list'>,
  path: string,
  version: string,
): Promise<readonly ArmResource[] | undefined> {
  return await readable(async () => await arm.list(path, version));
}

/** Undefined where it may not be read, or is not there. */
async function readable<Answer>(read: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AzureError && (error.statusCode === 403 || error.statusCode === 404)) return undefined;
    throw error;
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
