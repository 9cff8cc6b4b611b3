import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { SecretClient } from '@azure/keyvault-secrets';
import { describe, expect, it } from 'vitest';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { createSurroundings, grant, SECRETS_OFFICER, SECRETS_USER } from '../../helpers/simulated-application.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const SECRETS = 'https://kv-demo.vault.azure.net/secrets';

async function vault(options: Parameters<typeof simulatedClients>[0] = {}) {
  const clients = await simulatedClients(options);
  const surroundings = await createSurroundings(clients);
  const deployer = clients.simulator.state().deployerId;
  return {
    clients,
    client: secretClient(clients),
    become: (role: string) => grant(clients, surroundings.vault, role, deployer, 9),
  };
}

function secretClient({ credential, transport }: SimulatedClients): SecretClient {
  return new SecretClient('https://kv-demo.vault.azure.net', credential, {
    httpClient: transport,
    retryOptions: { maxRetries: 0 },
  });
}

describe('the official secret client on the simulator', () => {
  it('sets, reads, lists, deletes and recovers secrets', async () => {
    const { client, become } = await vault();
    await become(SECRETS_OFFICER);
    const first = await client.setSecret('db-url', 'one', {
      tags: { 'managed-by': 'test' },
      contentType: 'text/plain',
    });
    const second = await client.setSecret('db-url', 'two');
    expect(second.properties.version).not.toBe(first.properties.version);
    expect((await client.getSecret('db-url')).value).toBe('two');
    const old = await client.getSecret('db-url', { version: first.properties.version ?? '' });
    expect(old).toMatchObject({
      value: 'one',
      properties: { tags: { 'managed-by': 'test' }, contentType: 'text/plain' },
    });

    const names: string[] = [];
    for await (const properties of client.listPropertiesOfSecrets()) names.push(properties.name);
    expect(names).toEqual(['db-url']);
    const versions: string[] = [];
    for await (const { version } of client.listPropertiesOfSecretVersions('db-url')) versions.push(version ?? '');
    expect(versions).toHaveLength(2);

    const deleting = await client.beginDeleteSecret('db-url');
    await deleting.pollUntilDone();
    await expect(client.getSecret('db-url')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
    await expect(client.setSecret('db-url', 'x')).rejects.toMatchObject({ statusCode: 409, code: 'Conflict' });
    const recovering = await client.beginRecoverDeletedSecret('db-url');
    await recovering.pollUntilDone();
    expect((await client.getSecret('db-url')).value).toBe('two');
  });

  it('is challenged first, without a token and without the value', async () => {
    const { clients, client, become } = await vault();
    await become(SECRETS_OFFICER);
    await client.setSecret('a', 'the value');
    const [challenged, answered] = clients.simulator.requests().filter(({ path }) => path === '/secrets/a');
    expect([challenged?.status, challenged?.body, answered?.status]).toEqual([401, undefined, 200]);
    const { headers } = await clients.send('GET', `${SECRETS}/a?api-version=7.5`);
    expect(createHttpHeaders(headers).get('www-authenticate')).toBe(
      `Bearer authorization="https://login.microsoftonline.com/${clients.simulator.tenantId}", resource="https://vault.azure.net"`,
    );
  });

  it('may do nothing as owner of the subscription alone, and read only as Secrets User', async () => {
    const { client, become } = await vault();
    await expect(client.setSecret('a', 'x')).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });
    await become(SECRETS_USER);
    await expect(client.setSecret('a', 'x')).rejects.toMatchObject({ statusCode: 403 });
    await expect(client.getSecret('a')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('waits for its role to be effective', async () => {
    const clock = manualClock();
    const { client, become } = await vault({ profile: 'realistic', speed: 1, clock });
    await become(SECRETS_OFFICER);
    await expect(client.setSecret('a', 'x')).rejects.toMatchObject({ statusCode: 403 });
    clock.advance(600);
    expect((await client.setSecret('a', 'x')).name).toBe('a');
  });

  it('finds no vault of a name that does not exist', async () => {
    const { clients } = await vault();
    const client = new SecretClient('https://kv-none.vault.azure.net', clients.credential, {
      httpClient: clients.transport,
    });
    await expect(client.getSecret('a')).rejects.toThrow();
  });
});
