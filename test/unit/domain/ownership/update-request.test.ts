import { describe, expect, it } from 'vitest';
import type { FieldChange } from '../../../../src/domain/ownership/field-change.ts';
import { updateRequest } from '../../../../src/domain/ownership/update-request.ts';
import type { Json, JsonObject } from '../../../../src/shared/json.ts';
import { resourceRules } from '../../../helpers/resource-rules.ts';

const change = (path: string, to: Json): FieldChange => ({
  path: path.split('.'),
  from: undefined,
  to,
  owner: 'setting',
});

const live: JsonObject = {
  id: '/subscriptions/s/x',
  name: 'x',
  type: 'T/t',
  systemData: { createdAt: 'now' },
  location: 'East US',
  tags: { Owner: 'them', team: 'blue' },
  sku: { name: 'Basic', capacity: 0 },
  properties: { size: 2, theirs: true, state: 'Ready', unset: null, parts: [{ name: 'p', computed: 1, own: 2 }] },
};
const readOnly = ['properties.state', 'properties.parts.computed'];

describe('the request that updates', () => {
  it('by PUT is the live body with the changes, without what Azure computes', () => {
    const kind = resourceRules({ update: 'put', readOnly });
    expect(updateRequest(kind, live, [change('properties.size', 1), change('tags.owner', 'us')])).toEqual({
      method: 'PUT',
      body: {
        location: 'East US',
        tags: { Owner: 'us', team: 'blue' },
        sku: { name: 'Basic', capacity: 0 },
        properties: { size: 1, theirs: true, parts: [{ name: 'p', own: 2 }] },
      },
    });
  });

  it('by PATCH is the changes, without the location and what Azure refuses to change', () => {
    const kind = resourceRules({ update: 'patch', immutable: ['properties.login'], readOnly });
    const changes = [change('location', 'eastus'), change('properties.login', 'x'), change('properties.size', 1)];
    expect(updateRequest(kind, live, changes)).toEqual({ method: 'PATCH', body: { properties: { size: 1 } } });
  });

  it('by PATCH has arrays, tags and sizes whole, without what Azure computes in them', () => {
    const kind = resourceRules({ update: 'patch', readOnly });
    const changes = [change('properties.parts.[p].own', 3), change('tags.new', 'x'), change('sku.capacity', 1)];
    expect(updateRequest(kind, live, changes).body).toEqual({
      properties: { parts: [{ name: 'p', own: 3 }] },
      tags: { Owner: 'them', team: 'blue', new: 'x' },
      sku: { name: 'Basic', capacity: 1 },
    });
  });

  it('keeps the identities of others, and names the type of both', () => {
    const kind = resourceRules({ update: 'patch' });
    const app = { ...live, identity: { type: 'SystemAssigned', principalId: 'p' } };
    const ours = {
      path: ['identity', 'userAssignedIdentities', '/subscriptions/s/i'],
      from: undefined,
      to: {},
      owner: 'computed',
    } as const;
    expect(updateRequest(kind, app, [change('identity.type', 'UserAssigned'), ours]).body).toEqual({
      identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { '/subscriptions/s/i': {} } },
    });
  });

  it('does not keep the name of a revision when its template changes, and only then', () => {
    const kind = resourceRules({ update: 'patch', renewed: { 'properties.template': 'suffix' } });
    const app = { ...live, properties: { template: { suffix: 'v1', scale: 1 }, size: 1 } };
    expect(updateRequest(kind, app, [change('properties.template.scale', 2)]).body).toEqual({
      properties: { template: { scale: 2, suffix: null } },
    });
    expect(updateRequest(kind, app, [change('properties.template.suffix', 'v2')]).body).toEqual({
      properties: { template: { suffix: 'v2' } },
    });
    expect(updateRequest(kind, app, [change('properties.size', 2)]).body).toEqual({ properties: { size: 2 } });
  });
});
