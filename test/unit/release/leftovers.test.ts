import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../src/domain/desired.ts';
import { decideFields } from '../../../src/domain/ownership/decide-fields.ts';
import { displayPath } from '../../../src/domain/ownership/field-path.ts';
import { fieldRules } from '../../../src/domain/ownership/field-rules.ts';
import { updateRequest } from '../../../src/domain/ownership/update-request.ts';
import { ownershipAfter } from '../../../src/engine/ownership/owned-fields.ts';
import { decideLeftovers, findLeftovers } from '../../../src/release/leftovers.ts';
import { withLeftovers } from '../../../src/resources/app/leftovers.ts';
import type { SecretValues } from '../../../src/resources/app/plain-secrets.ts';
import { CONTAINER_APP } from '../../../src/resources/container-app.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const IDENTITY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop';
const VAULT = 'https://shop-kv.vault.azure.net/';
const SERVER = 'shopacr.azurecr.io';
const JWT = 'a-signing-key-of-many-characters';
const REFERENCE = { name: 'jwt-secret', keyVaultUrl: `${VAULT}secrets/JWT-SECRET/2`, identity: IDENTITY };
const config = deploymentConfig();

const desired: DesiredResource = {
  ...{
    kind: CONTAINER_APP,
    key: 'app:api',
    title: 'container app api',
    id: '/subscriptions/s/resourceGroups/g/a/b/c/api',
  },
  body: {
    identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    properties: {
      configuration: { registries: [], secrets: [] },
      template: { containers: [{ name: 'api', env: [{ name: 'PORT', value: '1' }] }] },
    },
  },
};
/** As the original script leaves it, with what others have added. */
const LIVE: JsonObject = {
  id: desired.id,
  identity: { type: 'None' },
  properties: {
    configuration: {
      registries: [
        { server: SERVER, username: 'shopacr', passwordSecretRef: 'regpw', identity: '' },
        { server: 'other.io', username: 'them', passwordSecretRef: 'their-password', identity: '' },
      ],
      secrets: [{ name: 'regpw' }, { name: 'their-password' }, { name: 'partner-token' }],
    },
    template: {
      containers: [
        {
          name: 'api',
          env: [
            { name: 'PORT', value: '1' },
            { name: 'JWT_SECRET', value: JWT },
            { name: 'THEIRS', value: 'something-else-entirely' },
          ],
        },
        { name: 'agent', image: 'agent:1', env: [{ name: 'SIGNING_KEY', value: JWT }] },
      ],
    },
  },
};
const VALUES: SecretValues = new Map([['JWT-SECRET', { text: JWT, isWhole: true }]]);

async function wantedFor(live: JsonObject, applied?: JsonObject, values = VALUES): Promise<DesiredResource> {
  const outputs = {
    read: (...[name]: readonly string[]) => String({ vaultUri: VAULT, loginServer: SERVER }[name ?? '']),
  };
  const found = await findLeftovers(fakeAzure().azure, {
    ...{ config, desired, live, applied, outputs, values: async () => values },
  });
  return withLeftovers(desired, decideLeftovers(found), () => REFERENCE.keyVaultUrl);
}

const AT_CONFIGURATION = 'properties.configuration';

describe('an app of the original script, taken over', () => {
  it('signs in as itself, refers to its secrets, and has nothing of somebody else less', async () => {
    const wanted = await wantedFor(LIVE);
    const { changes } = decideFields(
      { desired: wanted.body, applied: undefined, live: LIVE },
      fieldRules(wanted, config),
    );
    const { body } = updateRequest(CONTAINER_APP, LIVE, changes);
    expect(jsonAt(body, `${AT_CONFIGURATION}.registries`)).toEqual([
      { server: SERVER, identity: IDENTITY },
      { server: 'other.io', username: 'them', passwordSecretRef: 'their-password', identity: '' },
    ]);
    expect(jsonAt(body, `${AT_CONFIGURATION}.secrets`)).toEqual([
      { name: 'their-password' },
      { name: 'partner-token' },
      REFERENCE,
    ]);
    expect(jsonAt(body, 'properties.template.containers')).toEqual([
      {
        name: 'api',
        env: [
          { name: 'PORT', value: '1' },
          { name: 'JWT_SECRET', secretRef: 'jwt-secret' },
          { name: 'THEIRS', value: 'something-else-entirely' },
        ],
      },
      { name: 'agent', image: 'agent:1', env: [{ name: 'SIGNING_KEY', secretRef: 'jwt-secret' }] },
    ]);
    const dangers = changes.flatMap(({ danger, owner }) => (danger === undefined ? [] : [[owner, danger]]));
    expect(dangers).toEqual([
      ['invariant', 'pulls with the password of the admin user, which goes off'],
      ['invariant', 'the secret JWT-SECRET stands there in plain text'],
      ['invariant', 'the secret JWT-SECRET stands there in plain text'],
    ]);
  });

  it('leaves what was made safe to its owners: the next write neither takes it away nor writes it again', async () => {
    const wanted = await wantedFor(LIVE);
    const decisions = decideFields(
      { desired: wanted.body, applied: undefined, live: LIVE },
      fieldRules(wanted, config),
    );
    const { applied = {}, accepted } = ownershipAfter(wanted, { accepted: [] }, decisions);
    expect(JSON.stringify(applied)).not.toMatch(/JWT_SECRET|SIGNING_KEY|agent|registries":\[{/);
    expect(accepted).toContain('properties.template.containers[api].env[JWT_SECRET].secretRef');
    const { body } = updateRequest(CONTAINER_APP, LIVE, decisions.changes);
    const after = { ...LIVE, ...body };
    const next = await wantedFor(after, applied);
    const again = decideFields({ desired: next.body, applied, live: after }, fieldRules(next, config), true);
    expect(again.changes.map(({ path }) => displayPath(path))).toEqual([]);
  });

  it('is remembered as it is where the record of the write was lost', async () => {
    const first = await wantedFor(LIVE);
    const written = decideFields({ desired: first.body, applied: undefined, live: LIVE }, fieldRules(first, config));
    const after = { ...LIVE, ...updateRequest(CONTAINER_APP, LIVE, written.changes).body };
    const wanted = await wantedFor(after);
    const decisions = decideFields(
      { desired: wanted.body, applied: undefined, live: after },
      fieldRules(wanted, config),
    );
    expect(decisions.changes).toEqual([]);
    expect(ownershipAfter(wanted, { accepted: [] }, decisions).accepted).toEqual(
      ownershipAfter(first, { accepted: [] }, written).accepted,
    );
  });

  it('keeps a variable as it is while a secret of somebody else has the name of the reference', async () => {
    const secrets = [{ name: 'jwt-secret' }];
    const live = { ...LIVE, properties: { ...(LIVE.properties as JsonObject), configuration: { secrets } } };
    expect((await wantedFor(live)).secured).toBeUndefined();
  });

  it('asks for no value where nobody else has a variable', async () => {
    const live = { ...LIVE, properties: { configuration: {}, template: desired.body.properties } } as JsonObject;
    const asked = findLeftovers(fakeAzure().azure, {
      ...{ config, desired, live, applied: undefined, outputs: { read: () => VAULT } },
      values: () => Promise.reject(new Error('asked')),
    });
    await expect(asked).resolves.toMatchObject({ variables: [], doubtful: [] });
  });
});
