import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import { permissionProblems, specialNeeds, writeNeeds } from '../../../src/preflight/permissions.ts';
import type { KnownResource } from '../../../src/resources/kind.ts';
import { RESOURCE_GROUP } from '../../../src/resources/resource-group.ts';
import type { Json } from '../../../src/shared/json.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { knownResource } from '../../helpers/resource-kind.ts';

const SUBSCRIPTION = '/subscriptions/sub';
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop-rg`;
const ACTION = 'T.T/things/write';
const permission = { action: ACTION, title: 'make things', roles: 'Thing Maker', leastRole: 'Thing Maker' };
const AUTHORIZATION = 'providers/Microsoft.Authorization';

/** An extension of a vault. */
function onVault(key: string): KnownResource {
  return { ...knownResource(key, { permission }), id: `${GROUP}/providers/V.V/vaults/v/providers/T.T/things/${key}` };
}

const VAULT = `${GROUP}/providers/V.V/vaults/v`;

/** @param answers by the path of the list; what is not in it does not exist */
async function problems(answers: Readonly<Record<string, Json | 403>>, desired: readonly KnownResource[]) {
  const fake = fakeAzure();
  Object.assign(fake.answers, answers);
  fake.refuse = ({ path }) => {
    const answer = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1];
    if (answer === 403 || answer === undefined) {
      throw new AzureError({ code: 'AuthorizationFailed', message: '', statusCode: answer ?? 404 });
    }
  };
  const ground = { azure: fake.azure, config: deploymentConfig(), subscription: SUBSCRIPTION };
  return await permissionProblems(ground, desired.flatMap(specialNeeds));
}

const MAY = [{ actions: ['*'], notActions: [] }];
const MAY_NOT = [{ actions: ['*/read'], notActions: [] }];
const NONE: Json = [];
const denial = (more: Readonly<Record<string, Json>>): Json => [
  {
    id: `${VAULT}/${AUTHORIZATION}/denyAssignments/d`,
    properties: {
      denyAssignmentName: 'stack',
      permissions: [{ actions: ['T.T/*/write'], notActions: [] }],
      scope: VAULT,
      principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
      excludePrincipals: [],
      ...more,
    },
  },
];

describe('a permission beyond those of a Contributor', () => {
  it('is missing where neither the resource nor what is above it has it, told with the command that gives it', async () => {
    const answers = { [`${GROUP}/${AUTHORIZATION}/permissions`]: MAY_NOT, denyAssignments: NONE };
    const { refusals } = await problems(answers, [onVault('one'), onVault('two')]);
    expect([...refusals.keys()]).toEqual(['one', 'two']);
    expect(new Set(refusals.values()).size).toBe(1);
    expect(refusals.get('one')).toContain(`may not make things on ${GROUP} (${ACTION}): it needs Thing Maker`);
    expect(refusals.get('one')).toMatch(
      /az role assignment create .* --role "Thing Maker" --scope \/subscriptions\/sub/,
    );
  });

  it('is that of the group for what lies in something that is not made yet', async () => {
    const below = { ...onVault('one'), id: '${create_key_vault.vaultId}/providers/T.T/things/one' };
    const may = { [`${GROUP}/${AUTHORIZATION}/permissions`]: MAY, denyAssignments: NONE };
    expect((await problems(may, [below])).refusals.size).toBe(0);
    const mayNot = { [`${GROUP}/${AUTHORIZATION}/permissions`]: MAY_NOT, denyAssignments: NONE };
    expect((await problems(mayNot, [below])).refusals.get('one')).toContain('may not make things');
  });

  it('is looked for at the resource itself, which may have it although the group has not', async () => {
    const answers = {
      [`${VAULT}/${AUTHORIZATION}/permissions`]: MAY,
      [`${GROUP}/${AUTHORIZATION}/permissions`]: MAY_NOT,
      denyAssignments: NONE,
    };
    const { refusals } = await problems(answers, [onVault('one'), knownResource('other', { permission })]);
    expect([...refusals.keys()]).toEqual(['other']);
  });

  it('in another group is told of that group: where it is not there, and where the right is missing there', async () => {
    const elsewhere = { ...onVault('one'), id: `${SUBSCRIPTION}/resourceGroups/other/providers/T.T/things/one` };
    const here = { [`${GROUP}/${AUTHORIZATION}/permissions`]: MAY, denyAssignments: NONE };
    expect((await problems(here, [elsewhere])).refusals.get('one')).toBe(
      `There is no ${SUBSCRIPTION}/resourceGroups/other. Make the group first, or name another one.`,
    );
    const mayNot = { ...here, [`resourceGroups/other/${AUTHORIZATION}/permissions`]: MAY_NOT };
    expect((await problems(mayNot, [elsewhere])).refusals.get('one')).toMatch(
      /on \/subscriptions\/sub\/resourceGroups\/other .* --scope \/subscriptions\/sub\/resourceGroups\/other$/,
    );
  });

  it.each([
    ['for everybody', {}, true],
    ['for another one', { principals: [{ id: 'somebody', type: 'User' }] }, false],
    ['that excludes a group, in which the deployer may be', { excludePrincipals: [{ id: 'g', type: 'Group' }] }, false],
    ['of another vault', { scope: `${VAULT}2` }, false],
    ['of what is above, but not below it', { scope: GROUP, doNotApplyToChildScopes: true }, false],
    ['of something else', { permissions: [{ actions: ['*'], notActions: [ACTION] }] }, false],
  ])('counts for nothing under a deny assignment %s: %j', async (_, more, isDenied) => {
    const answers = { [`${GROUP}/${AUTHORIZATION}/permissions`]: MAY, denyAssignments: denial(more) };
    const { refusals } = await problems(answers, [onVault('one')]);
    expect(refusals.size).toBe(isDenied ? 1 : 0);
    if (isDenied) expect(refusals.get('one')).toContain('the deny assignment stack forbids it');
  });

  it('is told to be unknown where Azure does not tell', async () => {
    const nothing = await problems({ permissions: 403 }, [onVault('one')]);
    expect([nothing.refusals.size, nothing.unseen]).toEqual([0, [expect.stringContaining(VAULT)]]);
    const half = { [`${GROUP}/${AUTHORIZATION}/permissions`]: MAY, denyAssignments: 403 } as const;
    expect((await problems(half, [onVault('one')])).unseen).toEqual([
      `deny assignments of ${GROUP}: they may not be read`,
    ]);
  });

  it('is what a resource needs to be written, in place of what a Contributor may', () => {
    expect(writeNeeds(onVault('one'))).toEqual([{ key: 'one', scope: VAULT, needed: permission }]);
    const plain = knownResource('plain');
    expect(writeNeeds(plain)).toMatchObject([{ key: 'plain', scope: plain.id, needed: { action: ACTION } }]);
    expect(writeNeeds({ ...plain, kind: RESOURCE_GROUP })).toMatchObject([
      { needed: { action: 'Microsoft.Resources/subscriptions/resourceGroups/write' } },
    ]);
  });

  it('is not asked about where no resource needs one', async () => {
    const { refusals, unseen } = await problems({ permissions: MAY_NOT }, [knownResource('one')]);
    expect([refusals.size, unseen]).toEqual([0, []]);
  });
});
