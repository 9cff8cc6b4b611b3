import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { deploy, outputsOf } from '../../../helpers/cloud/templates/deploy.ts';
import { buildBicep, findBicep } from '../../../helpers/templates/bicep-compiler.ts';

const FILE = fileURLToPath(new URL('../../../fixtures/bicep-language/main.bicep', import.meta.url));
const bicep = findBicep();

// There is a compiler where `dotnet restore scripts/bicep` could fetch it.
describe.skipIf(bicep === undefined)('what Microsoft compiles of Bicep', () => {
  it('is deployed: types, functions, lambdas, loops, modules one after the other, existing resources, safe access', async () => {
    const { template, said } = await buildBicep(bicep ?? '', FILE);
    expect(said).toBe('');
    const clients = await simulatedClients();
    const vault = {
      tenantId: clients.simulator.tenantId,
      sku: { family: 'A', name: 'standard' },
      enableRbacAuthorization: true,
    };
    await clients.create(
      'providers/Microsoft.KeyVault/vaults/kv-there',
      { location: 'westeurope', properties: vault },
      '2026-02-01',
    );
    const services: JsonObject[] = [
      { name: 'Shop', replicas: 3, kind: 'web' },
      { name: 'Mail', kind: 'job' },
      { name: 'Api', kind: 'web' },
    ];
    const { status, ended } = await deploy(clients, {}, { template, parameters: { services: { value: services } } });
    expect(status).toEqual({ status: 'Succeeded' });
    const part = expect.stringMatching(/userAssignedIdentities\/part-(?:Shop|Mail|Api)-[a-z2-7]{13}$/);
    expect(outputsOf(ended)).toMatchObject({
      names: ['id0-shop', 'id1-api'],
      replicas: { Shop: 3, Mail: 1, Api: 1 },
      vaultUri: 'https://kv-there.vault.azure.net/',
      ids: [part, part, part],
      logsId: expect.stringMatching(/workspaces\/logs-shop$/),
      year: 4,
      domain: 'core.windows.net',
      last: 'id1-api',
      flags: { any: false, sorted: ['Api', 'Mail', 'Shop'], grouped: ['job', 'web'], joined: 'id0-shop,id1-api' },
    });
    expect(ended.outputs?.secret).toEqual({ type: 'SecureString' });
    const wrong = await deploy(
      clients,
      {},
      { template, parameters: { services: { value: [{ name: 'x', kind: 'other' }] } } },
      'wrong',
    );
    expect(wrong.answer.body).toMatchObject({
      error: { message: expect.stringContaining("not part of the allowed value(s): 'job,web'") },
    });
  });
});
