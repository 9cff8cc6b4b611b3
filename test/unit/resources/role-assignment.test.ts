import { describe, expect, it } from 'vitest';
import { containerRegistry } from '../../../src/resources/container-registry.ts';
import { registryGrants, vaultGrants } from '../../../src/resources/role-assignment.ts';
import { desireInput as input } from '../../helpers/desire-input.ts';

describe('a role assignment', () => {
  it('is named by a UUID of version 5 made of scope, principal and role', () => {
    const ids = [...registryGrants(input()), ...vaultGrants(input())].map(({ id }) => id.split('/').at(-1) ?? '');
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(4);
  });

  it('has the same name every time, and another one for another principal', () => {
    const idsOf = (known = {}) => registryGrants(input(known)).map(({ id }) => id);
    expect(idsOf()).toEqual(idsOf());
    const [pull, tasks] = idsOf({ principalId: 'somebody-else' });
    expect(pull).toBe(idsOf()[0]);
    expect(tasks).not.toBe(idsOf()[1]);
  });

  it('is made below the resource on which it grants the role', () => {
    const registry = containerRegistry(input());
    for (const { id } of registryGrants(input())) expect(id.startsWith(`${registry.id}/providers/`)).toBe(true);
  });
});
