import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { Arm } from '../../../../src/azure/ports.ts';
import type { PlannedResource } from '../../../../src/domain/plan-schema.ts';
import { type Lock, locksOf, withoutLocked } from '../../../../src/planning/foreign/locks.ts';

const GROUP = '/subscriptions/s/resourceGroups/g';
const SERVER = `${GROUP}/providers/Microsoft.DBforPostgreSQL/flexibleServers/db`;

const planned = (action: PlannedResource['action'], more: Partial<PlannedResource> = {}): PlannedResource => ({
  key: 'postgresql',
  id: SERVER,
  type: 'Microsoft.DBforPostgreSQL/flexibleServers',
  action,
  ...more,
});
const lock = (scope: string, isReadOnly: boolean): Lock => ({ name: 'keep', scope, isReadOnly });

describe('a lock', () => {
  it.each([
    ['create', true],
    ['update', true],
    ['adopt', true],
    ['replace', true],
    ['delete', true],
    ['unchanged', false],
    ['keep', false],
    ['left_behind', false],
  ] as const)('against changes forbids to %s: %s', (action, isForbidden) => {
    const after = withoutLocked(planned(action), [lock(SERVER.toUpperCase(), true)]);
    expect(after.action).toBe(isForbidden ? 'forbidden' : action);
  });

  it('against deletions forbids those, and no change', () => {
    const locks = [lock(GROUP, false)];
    expect(withoutLocked(planned('update'), locks).action).toBe('update');
    expect(withoutLocked(planned('delete'), locks)).toMatchObject({
      action: 'forbidden',
      reason: expect.stringContaining('the lock keep on g forbids deletions'),
    });
  });

  it('of something else, or below, forbids nothing', () => {
    const locks = [lock(`${SERVER}2`, true), lock(`${SERVER}/databases/app`, true)];
    expect(withoutLocked(planned('update'), locks).action).toBe('update');
  });

  it('forbids nothing that may have nothing to write', () => {
    expect(withoutLocked(planned('update', { maybe: ['x'] }), [lock(GROUP, true)]).action).toBe('update');
  });
});

describe('the locks of a group', () => {
  const listing = (list: () => Promise<unknown>): Pick<Arm, 'list'> => ({ list: list as Arm['list'] });

  it('have the scope that their ids tell', async () => {
    const id = `${SERVER}/providers/Microsoft.Authorization/locks/keep`;
    const { locks } = await locksOf(
      listing(() => Promise.resolve([{ id, properties: { level: 'ReadOnly' } }])),
      GROUP,
    );
    expect(locks).toEqual([lock(SERVER, true)]);
  });

  it('are told to be unseen where they may not be read', async () => {
    const refused = new AzureError({ code: 'AuthorizationFailed', message: 'no', statusCode: 403 });
    const seen = await locksOf(
      listing(() => Promise.reject(refused)),
      GROUP,
    );
    expect(seen).toEqual({ locks: [], unseen: ['locks of g: they may not be read'] });
  });
});
