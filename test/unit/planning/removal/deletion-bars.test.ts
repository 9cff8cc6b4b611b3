import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { ArmResource } from '../../../../src/azure/ports.ts';
import { deletionBars } from '../../../../src/planning/removal/deletion-bars.ts';
import { deniesDeletion } from '../../../../src/planning/removal/policy-rule.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

/** An object with this member in its literal would look like a promise. */
const THEN: string = 'then';
const SUBSCRIPTION = '/subscriptions/s';
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`;
const VAULT = {
  id: `${GROUP}/providers/Microsoft.KeyVault/vaults/kv`,
  type: 'Microsoft.KeyVault/vaults',
  body: { location: 'eastus', tags: { Env: 'prod' } },
};
const FORBIDDEN = new AzureError({ code: 'AuthorizationFailed', message: 'no', statusCode: 403 });

interface Answers {
  readonly lists?: Readonly<Record<string, readonly ArmResource[] | AzureError>>;
  readonly resources?: Readonly<Record<string, JsonObject>>;
}

async function bars({ lists = {}, resources = {} }: Answers) {
  const arm = {
    async list(path: string) {
      const answer = lists[path] ?? [];
      if (answer instanceof AzureError) throw answer;
      return answer;
    },
    get: async (path: string) => (resources[path] ? { id: path, ...resources[path] } : undefined),
  };
  return await deletionBars(arm, [GROUP], [VAULT]);
}

function lock(scope: string): ArmResource {
  return { id: `${scope}/providers/Microsoft.Authorization/locks/keep`, properties: { level: 'ReadOnly' } };
}

describe('what stands in the way of deletions', () => {
  const LOCKS = '/providers/Microsoft.Authorization/locks';
  const POLICIES = `${GROUP}/providers/Microsoft.Authorization/policyAssignments`;

  it.each([SUBSCRIPTION, GROUP, VAULT.id, `${VAULT.id}/keys/k`])('is a lock at %s', async (scope) => {
    const found = await bars({
      lists: { [`${SUBSCRIPTION}${LOCKS}`]: [lock(scope)], [`${GROUP}${LOCKS}`]: [lock(scope)] },
    });
    expect(found.bars).toMatchObject([
      { key: 'lock:keep', action: 'forbidden', reason: expect.stringContaining(`az lock delete --ids ${scope}`) },
    ]);
  });

  it('is no lock elsewhere', async () => {
    const other = `${SUBSCRIPTION}/resourceGroups/shop-2`;
    expect((await bars({ lists: { [`${SUBSCRIPTION}${LOCKS}`]: [lock(other)] } })).bars).toEqual([]);
  });

  it('is told as not looked at where it may not be asked', async () => {
    const found = await bars({ lists: { [`${SUBSCRIPTION}${LOCKS}`]: FORBIDDEN, [POLICIES]: FORBIDDEN } });
    expect(found).toMatchObject({
      bars: [],
      unseen: [expect.stringContaining('locks of s: they may not be read'), expect.stringContaining('policies at')],
    });
  });

  const RULE: JsonObject = {
    if: {
      allOf: [
        { field: 'type', equals: 'Microsoft.KeyVault/vaults' },
        { field: 'tags.env', equals: "[parameters('env')]" },
      ],
    },
    [THEN]: { effect: "[parameters('effect')]", details: { actionNames: ['delete'] } },
  };
  const assignment = (properties: JsonObject): ArmResource => ({
    id: `${GROUP}/providers/Microsoft.Authorization/policyAssignments/a`,
    properties: {
      policyDefinitionId: '/definition',
      scope: GROUP,
      displayName: 'No deletions',
      parameters: { env: { value: 'prod' } },
      ...properties,
    },
  });
  const definition = {
    properties: { policyRule: RULE, parameters: { effect: { defaultValue: 'DenyAction' }, env: {} } },
  };

  it('is a policy that denies it, its parameters filled in, also as one of a set', async () => {
    const direct = await bars({ lists: { [POLICIES]: [assignment({})] }, resources: { '/definition': definition } });
    expect(direct.bars).toMatchObject([
      {
        key: 'policy:a',
        action: 'forbidden',
        reason: expect.stringContaining('No deletions denies the deletion of kv'),
      },
    ]);
    const set = {
      properties: {
        policyDefinitions: [
          { policyDefinitionId: '/definition', parameters: { env: { value: "[parameters('which')]" } } },
        ],
      },
    };
    const initiative = assignment({ policyDefinitionId: '/set', parameters: { which: { value: 'prod' } } });
    const within = await bars({
      lists: { [POLICIES]: [initiative] },
      resources: { '/set': set, '/definition': definition },
    });
    expect(within.bars).toHaveLength(1);
  });

  it('is no policy that is not enforced, is not in scope, or is about something else', async () => {
    const others: readonly JsonObject[] = [
      { enforcementMode: 'DoNotEnforce' },
      { notScopes: [GROUP] },
      { parameters: { env: { value: 'test' } } },
    ];
    for (const properties of others) {
      const found = await bars({
        lists: { [POLICIES]: [assignment(properties)] },
        resources: { '/definition': definition },
      });
      expect(found).toEqual({ bars: [], warnings: [], unseen: [] });
    }
  });

  it('is a warning where a rule asks for more than can be told here', async () => {
    const rule = { ...RULE, if: { field: 'Microsoft.KeyVault/vaults/sku.name', equals: 'premium' } };
    const found = await bars({
      lists: { [POLICIES]: [assignment({})] },
      resources: { '/definition': { properties: { ...definition.properties, policyRule: rule } } },
    });
    expect(found).toMatchObject({ bars: [], warnings: [expect.stringContaining('No deletions may deny')] });
  });

  it.each<[JsonObject, string]>([
    [{ field: 'type', in: ['a', 'Microsoft.KeyVault/VAULTS'] }, 'yes'],
    [{ field: 'type', notEquals: 'Microsoft.KeyVault/vaults' }, 'no'],
    [{ not: { field: 'name', like: 'k*' } }, 'no'],
    [
      {
        anyOf: [
          { field: 'location', equals: 'westus' },
          { field: "tags['Env']", exists: 'true' },
        ],
      },
      'yes',
    ],
    [{ field: 'tags.other', exists: false }, 'yes'],
    [{ value: '[resourceGroup().name]', equals: 'shop' }, 'unknown'],
    [
      {
        allOf: [
          { field: 'type', equals: 'other' },
          { field: 'some.alias', equals: 1 },
        ],
      },
      'no',
    ],
  ])('reads the rule %j as %s', (condition, expected) => {
    const rule = { if: condition, [THEN]: { effect: 'denyAction' } };
    expect(deniesDeletion(rule, {}, VAULT)).toBe(expected);
    expect(deniesDeletion({ ...rule, [THEN]: { effect: 'audit' } }, {}, VAULT)).toBe('no');
  });
});
