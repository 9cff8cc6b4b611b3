import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';

const ENVIRONMENT = 'providers/Microsoft.App/managedEnvironments/cae-demo';
const VERSION = '2026-01-01';

async function withEnvironment() {
  const clients = await simulatedClients();
  await clients.create(ENVIRONMENT, { location: 'westeurope', properties: {} }, VERSION);
  return clients;
}

function component(changes: JsonObject = {}): JsonObject {
  return {
    properties: {
      componentType: 'state.azure.blobstorage',
      version: 'v1',
      secrets: [{ name: 'key', value: 'plain-value' }],
      metadata: [{ name: 'accountKey', secretRef: 'key' }],
      scopes: ['api'],
      ...changes,
    },
  };
}

describe('a Dapr component', () => {
  it('tells its secrets to who asks for them, and to nobody else', async () => {
    const { arm } = await withEnvironment();
    const path = `${ENVIRONMENT}/daprComponents/state`;
    const made = await arm('PUT', path, component(), VERSION);
    expect([made.status, made.body.properties]).toMatchObject([
      200,
      { componentType: 'state.azure.blobstorage', secrets: [{ name: 'key' }], ignoreErrors: false },
    ]);
    expect(made.text).not.toContain('plain-value');
    const secrets = await arm('POST', `${path}/listSecrets`, undefined, VERSION);
    expect(secrets.body.value).toEqual([{ name: 'key', value: 'plain-value' }]);
    const again = await arm('PUT', path, made.body, VERSION);
    expect([again.status, again.body]).toMatchObject([400, { error: { code: 'DaprComponentInvalid' } }]);
    expect((await arm('DELETE', path, undefined, VERSION)).status).toBe(200);
  });

  it.each<[string, string, JsonObject, string]>([
    ['State', 'a name with capitals', {}, 'DaprComponentInvalidName'],
    ['state', 'no type', { componentType: '' }, 'DaprComponentInvalid'],
    ['state', 'no version', { version: '' }, 'DaprComponentInvalid'],
    ['state', 'a secret that is not there', { secrets: [] }, 'DaprComponentMetadataSecretRefNotFound'],
    ['state', 'a member that never was', { kind: 'state' }, 'InvalidRequestContent'],
  ])('called %s is refused with %s', async (name, _, changes, code) => {
    const { arm } = await withEnvironment();
    const answer = await arm('PUT', `${ENVIRONMENT}/daprComponents/${name}`, component(changes), VERSION);
    expect([answer.status, answer.body]).toMatchObject([400, { error: { code } }]);
  });
});
