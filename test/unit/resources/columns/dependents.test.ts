import { describe, expect, it } from 'vitest';
import { PULLERS_BY_PASSWORD } from '../../../../src/resources/columns/registry-pullers.ts';
import { READERS_BY_POLICY } from '../../../../src/resources/columns/vault-readers.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const GROUP = '/subscriptions/s/resourceGroups/g';

describe('who pulls by the password of the admin user', () => {
  const live: JsonObject = { properties: { loginServer: 'notes.azurecr.io', adminUserEnabled: true } };
  const app = (name: string, { server = 'Notes.azurecr.io', username = 'notes', image = 'notes.azurecr.io/x:1' }) => ({
    id: `${GROUP}/providers/Microsoft.App/containerapps/${name}`,
    properties: {
      configuration: { registries: [{ server, username, passwordSecretRef: 'p' }] },
      template: { containers: [{ name, image }] },
    },
  });
  const cutOff = (...apps: JsonObject[]): readonly string[] => {
    const own = new Set([`${GROUP}/providers/microsoft.app/containerapps/ours`.toLowerCase()]);
    return PULLERS_BY_PASSWORD.cutOff(apps, { live, own });
  };

  it('is who has its user name and an image of it', () => {
    expect(cutOff(app('status', {}))).toEqual(['status']);
  });

  it('is neither ours, nor who has a token, another registry, or no image of it', () => {
    const others = [
      app('ours', {}),
      app('by-token', { username: 'ci-token' }),
      app('elsewhere', { server: 'other.azurecr.io', username: 'other' }),
      app('public', { image: 'docker.io/library/redis' }),
    ];
    expect(cutOff(...others)).toEqual([]);
  });

  it('is looked for in the subscription, and in the group where that may not be read', () => {
    const questions = PULLERS_BY_PASSWORD.questions(
      { id: `${GROUP}/providers/Microsoft.ContainerRegistry/registries/notes` },
      '/subscriptions/s',
    );
    expect(questions.map((widths) => widths.map(({ path }) => path))).toEqual(
      ['containerApps', 'jobs'].map((kind) =>
        ['/subscriptions/s', GROUP].map((scope) => `${scope}/providers/Microsoft.App/${kind}`),
      ),
    );
  });
});

describe('whom an access policy lets in, and no role', () => {
  const ROLES = {
    user: '4633458b-17de-408a-b874-0445c86b69e6',
    officer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    administrator: '00482a5a-887f-4fb3-b363-3b7fe8e74483',
  };
  const cutOff = (permissions: JsonObject, roles: readonly string[], own: readonly string[] = []): readonly string[] =>
    READERS_BY_POLICY.cutOff(
      roles.map((role) => ({
        properties: { principalId: 'SOMEBODY', roleDefinitionId: `/subscriptions/s/x/roleDefinitions/${role}` },
      })),
      { live: { properties: { accessPolicies: [{ objectId: 'somebody', permissions }] } }, own: new Set(own) },
    );

  it.each([
    [{ secrets: ['get', 'List'] }, [], true],
    [{ secrets: ['get', 'List'] }, [ROLES.user], false],
    [{ secrets: ['get', 'set'] }, [ROLES.user], true],
    [{ secrets: ['all'] }, [ROLES.officer], false],
    [{ secrets: ['get'], keys: ['sign'] }, [ROLES.officer], true],
    [{ secrets: ['get'], keys: ['sign'], certificates: ['all'] }, [ROLES.administrator], false],
    [{ secrets: [], keys: [] }, [], false],
  ])('with %j and the roles %j: %s', (permissions, roles, isCutOff) => {
    expect(cutOff(permissions, roles)).toEqual(isCutOff ? ['somebody'] : []);
  });

  it('is not who deploys', () => {
    expect(cutOff({ secrets: ['all'] }, [], ['somebody'])).toEqual([]);
  });
});
