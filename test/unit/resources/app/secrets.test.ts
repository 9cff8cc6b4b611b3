import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../../src/domain/desired.ts';
import { leftSecrets, withReferences, withSecretValues } from '../../../../src/resources/app/secrets.ts';
import { CONTAINER_APP } from '../../../../src/resources/container-app.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const IDENTITY =
  '/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop';
const VAULT = 'https://shop-kv.vault.azure.net/';

const reference = (name: string, vault = VAULT, identity = IDENTITY): JsonObject => ({
  ...{ name: name.toLowerCase(), keyVaultUrl: `${vault}secrets/${name}/0a`, identity },
});
const reading = (secretRef: string): JsonObject => ({ containers: [{ name: 'api', env: [{ name: 'X', secretRef }] }] });
const appWith = (
  secrets: readonly JsonObject[],
  configuration: JsonObject = {},
  template: JsonObject = {},
): JsonObject => ({
  identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
  properties: { configuration: { secrets: [...secrets], ...configuration }, template },
});
const desired: DesiredResource = {
  ...{ kind: CONTAINER_APP, key: 'app:api', title: 'container app api', id: '/subscriptions/sub/x/api' },
  body: appWith([reference('KEPT')]),
};
const left = (live: JsonObject, templates: readonly { name: string; template: JsonObject }[] = []) =>
  leftSecrets({ desired, live, vaultUri: VAULT, templates }).map(({ name, readBy }) => [name, readBy]);

describe('references that the configuration has dropped', () => {
  it('are those of ours: by our identity, from our vault, under our name', () => {
    const others = [
      { name: 'by-hand' },
      reference('OTHER-VAULT', 'https://other.vault.azure.net/'),
      reference('OTHER-IDENTITY', VAULT, `${IDENTITY}-2`),
      { ...reference('RENAMED'), name: 'of-their-own' },
    ];
    expect(
      left(
        appWith([
          reference('KEPT'),
          reference('OLD', VAULT, IDENTITY.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/')),
          ...others,
        ]),
      ),
    ).toEqual([['old', []]]);
  });

  it('are read by revisions, by the registries of the app, and by the template of a job', () => {
    const live = appWith(
      [reference('OLD')],
      { registries: [{ server: 'x', passwordSecretRef: 'old' }] },
      reading('old'),
    );
    const revisions = [
      { name: 'api--1', template: reading('old') },
      { name: 'api--2', template: reading('kept') },
    ];
    expect(left(live, revisions)).toEqual([['old', ['api--1', 'the app itself']]]);
    expect(left(appWith([reference('OLD')], {}, reading('old')))).toEqual([['old', ['the app itself']]]);
    expect(left(appWith([reference('OLD')], {}, reading('old')), revisions.slice(1))).toEqual([['old', []]]);
  });

  it('that stay are in the body, once', () => {
    expect(withReferences(desired.body, [reference('OLD'), { ...reference('KEPT'), keyVaultUrl: 'older' }])).toEqual(
      appWith([reference('KEPT'), reference('OLD')]),
    );
    expect(withReferences(desired.body, [])).toBe(desired.body);
  });
});

describe('passwords of registries', () => {
  const byPassword = { server: 'shop.azurecr.io', username: 'shop', passwordSecretRef: 'regpw' };
  const byIdentity = {
    ...desired,
    body: appWith([], { registries: [{ server: 'SHOP.azurecr.io', identity: IDENTITY }] }),
  };
  const live = (registries: JsonObject[], template: JsonObject = {}) =>
    appWith([{ name: 'regpw' }, { name: 'partner-token' }], { registries }, template);
  const leftOf = (app: JsonObject, templates: readonly { name: string; template: JsonObject }[] = []) =>
    leftSecrets({ desired: byIdentity, live: app, vaultUri: VAULT, templates });

  it('go with the entry that alone signed in with them, whatever they are called; no other secret with a value does', () => {
    expect(leftOf(live([byPassword]))).toEqual([{ name: 'regpw', reference: undefined, readBy: [] }]);
    expect(leftOf(live([{ server: 'shop.azurecr.io', identity: IDENTITY }]))).toEqual([]);
    expect(leftOf(live([]))).toEqual([]);
  });

  it('stay while another entry, a revision or a scale rule reads them', () => {
    const readBy = (app: JsonObject, template?: JsonObject) =>
      leftOf(app, template && [{ name: 'api--1', template }]).map((one) => one.readBy);
    expect(readBy(live([byPassword, { ...byPassword, server: 'other.io' }]))).toEqual([['the app itself']]);
    expect(readBy(live([byPassword]), reading('regpw'))).toEqual([['api--1']]);
    const rules = [{ name: 'queue', custom: { auth: [{ secretRef: 'regpw' }] } }];
    expect(readBy(live([byPassword], { scale: { rules } }))).toEqual([['the app itself']]);
  });
});

// Seen: after a takeover the name of a secret was sent without its value, and Azure answered ContainerAppSecretInvalid.
describe('values of secrets that are not ours', () => {
  it('go back with their names; a reference stays one, and a secret that is gone meanwhile is not sent', () => {
    const body = appWith([reference('KEPT'), { name: 'regpw' }, { name: 'gone' }, { name: 'new', value: 'n' }]);
    expect(
      withSecretValues(
        body,
        new Map([
          ['regpw', 'r'],
          ['kept', 'not asked for'],
        ]),
      ),
    ).toEqual(appWith([reference('KEPT'), { name: 'regpw', value: 'r' }, { name: 'new', value: 'n' }]));
  });
});
