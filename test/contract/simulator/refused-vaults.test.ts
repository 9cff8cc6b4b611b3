import type { HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type Answer, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { createSurroundings, grant, SECRETS_OFFICER } from '../../helpers/simulated-application.ts';

const VERSION = '2026-02-01';
const OWN = 'providers/Microsoft.KeyVault/vaults/kv-own';

async function place() {
  const clients = await simulatedClients();
  const { vault } = await createSurroundings(clients);
  await grant(clients, vault, SECRETS_OFFICER, clients.simulator.state().deployerId, 9);
  return {
    clients,
    async secret(method: HttpMethods, path: string, body?: JsonObject): Promise<Answer> {
      const { token } = await clients.credential.getToken('https://vault.azure.net/.default');
      const url = `https://kv-demo.vault.azure.net/secrets/${path}?api-version=7.5`;
      return await clients.send(method, url, { token, ...(body && { body }) });
    },
    async patch(properties: JsonObject): Promise<void> {
      await clients.finish(await clients.arm('PATCH', vault, { properties }, VERSION));
    },
    body: (properties: JsonObject = {}): JsonObject => ({
      location: 'westeurope',
      properties: {
        tenantId: clients.simulator.tenantId,
        sku: { family: 'A', name: 'standard' },
        enableRbacAuthorization: true,
        ...properties,
      },
    }),
  };
}

/** Status, code and inner code. */
function code({ status, body }: Answer): readonly unknown[] {
  const error = (body.error ?? {}) as JsonObject;
  return [status, error.code, (error.innererror as JsonObject | undefined)?.code];
}

describe('a secret', () => {
  // https://github.com/ansible-collections/azure/issues/1989
  it('that is disabled is not read, in any version, and can be enabled again', async () => {
    const { secret } = await place();
    const { body } = await secret('PUT', 'a', { value: 'x' });
    const version = String(body.id).split('/').at(-1);
    await secret('PATCH', 'a', { attributes: { enabled: false } });
    expect(code(await secret('GET', 'a'))).toEqual([403, 'Forbidden', 'SecretDisabled']);
    expect(code(await secret('GET', `a/${version}`))).toEqual([403, 'Forbidden', 'SecretDisabled']);
    await secret('PATCH', 'a', { attributes: { enabled: true } });
    expect((await secret('GET', 'a')).body.value).toBe('x');
  });

  // https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#date-time-controlled-operations
  it.each<JsonObject>([{ exp: 1_000_000_000 }, { nbf: 4_000_000_000 }])(
    'is read outside its time: %o',
    async (attributes) => {
      const { secret } = await place();
      await secret('PUT', 'a', { value: 'x', attributes });
      expect((await secret('GET', 'a')).body).toMatchObject({ value: 'x', attributes });
    },
  );

  // https://github.com/Azure/azure-cli/issues/5639, https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
  it.each<[string, JsonObject]>([
    ['25601 bytes', { value: 'x'.repeat(25_601) }],
    ['25601 bytes in fewer characters', { value: 'é'.repeat(12_801) }],
    ['a content type of 256 characters', { value: 'x', contentType: 'y'.repeat(256) }],
    ['16 tags', { value: 'x', tags: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`t${index}`, 'x'])) }],
    ['a long value of a tag', { value: 'x', tags: { a: 'y'.repeat(257) } }],
  ])('cannot have %s', async (_, body) => {
    const { secret } = await place();
    expect(code(await secret('PUT', 'a', body))).toEqual([400, 'BadParameter', undefined]);
    expect((await secret('PUT', 'a', { value: 'x'.repeat(25_600) })).status).toBe(200);
  });
});

describe('a vault', () => {
  // https://learn.microsoft.com/azure/key-vault/general/network-security, https://github.com/microsoft/azure-container-apps/issues/888
  it('lets only those in whom its network rules name', async () => {
    const { secret, patch } = await place();
    const rules = (changes: JsonObject): JsonObject => ({
      networkAcls: { bypass: 'AzureServices', defaultAction: 'Deny', ...changes },
    });
    await patch(rules({}));
    const refused = await secret('PUT', 'a', { value: 'x' });
    expect(code(refused)).toEqual([403, 'Forbidden', 'ForbiddenByFirewall']);
    expect(refused.text).toContain('Client address: 198.51.100.7');
    await patch(rules({ ipRules: [{ value: '203.0.113.0/24' }] }));
    expect(code(await secret('GET', 'a'))).toEqual([403, 'Forbidden', 'ForbiddenByFirewall']);
    await patch(rules({ ipRules: [{ value: '198.51.100.0/24' }] }));
    expect((await secret('PUT', 'a', { value: 'x' })).status).toBe(200);
    await patch({ publicNetworkAccess: 'Disabled' });
    expect(code(await secret('GET', 'a'))).toEqual([403, 'Forbidden', 'ForbiddenByConnection']);
  });

  // https://learn.microsoft.com/azure/key-vault/general/network-security
  it.each(['10.1.2.3', '172.16.0.0/12', '192.168.1.1'])('takes no rule for %s, of a private network', async (value) => {
    const { clients, body } = await place();
    const answer = await clients.arm('PUT', OWN, body({ networkAcls: { ipRules: [{ value }] } }), VERSION);
    expect(code(answer)).toEqual([400, 'BadRequest', undefined]);
  });

  // https://github.com/microsoft/dstoolkit-mlops-databricks/issues/26
  it('of another tenant takes no token of ours', async () => {
    const { clients, body } = await place();
    await clients.create(OWN, body({ tenantId: '11111111-1111-4111-8111-111111111111' }), VERSION);
    const { token } = await clients.credential.getToken('https://vault.azure.net/.default');
    const answer = await clients.send('GET', 'https://kv-own.vault.azure.net/secrets/a?api-version=7.5', { token });
    expect(code(answer)).toEqual([401, 'Unauthorized', undefined]);
    expect(answer.text).toContain('AKV10032: Invalid issuer.');
  });

  // https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults
  it('is never told to be without purge protection, and never loses it', async () => {
    const { clients, body } = await place();
    const without = body({ enablePurgeProtection: false });
    expect(code(await clients.arm('PUT', OWN, without, VERSION))).toEqual([400, 'BadRequest', undefined]);
    await clients.create(OWN, body({ enablePurgeProtection: true, softDeleteRetentionInDays: 30 }), VERSION);
    expect(code(await clients.arm('PUT', OWN, without, VERSION))).toEqual([400, 'BadRequest', undefined]);
    const patch = { properties: { enablePurgeProtection: false } };
    expect(code(await clients.arm('PATCH', OWN, patch, VERSION))).toEqual([400, 'BadRequest', undefined]);
    const { properties } = await clients.create(OWN, body(), VERSION);
    expect(properties).toMatchObject({ enablePurgeProtection: true, softDeleteRetentionInDays: 30 });
  });

  // https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/keyvault/key_vault_resource.go
  it.each<JsonObject>([{ softDeleteRetentionInDays: 7 }, { enableSoftDelete: false }])(
    'keeps what it was made with: %o',
    async (properties) => {
      const { clients, body } = await place();
      await clients.create(OWN, body({ enableSoftDelete: true }), VERSION);
      const patch = { properties };
      expect(code(await clients.arm('PATCH', OWN, patch, VERSION))).toEqual([400, 'BadRequest', undefined]);
      expect(code(await clients.arm('PUT', OWN, body(properties), VERSION))).toEqual([400, 'BadRequest', undefined]);
    },
  );

  it('does not change its tenant', async () => {
    const { clients, body } = await place();
    await clients.create(OWN, body(), VERSION);
    const moved = body({ tenantId: '11111111-1111-4111-8111-111111111111' });
    expect(code(await clients.arm('PUT', OWN, moved, VERSION))).toEqual([400, 'PropertyChangeNotAllowed', undefined]);
  });
});
