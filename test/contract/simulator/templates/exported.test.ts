import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../../src/export/export-files.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { deploymentPath, VERSION } from '../../../helpers/cloud/templates/deploy.ts';
import { planned } from '../../../helpers/export/exported.ts';

/** Made of images that are there already, so that nothing has to be built in between. */
const CONFIG = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
monitoring: {}
storage: { account: shopstorage1, shares: { data: {} } }
services:
  web: { image: "ghcr.io/shop/web:1", port: 8080, ingress: external }
  worker: { image: "ghcr.io/shop/worker:1", depends_on: [web] }
`;

async function deployed({ simulator, arm, finish }: SimulatedClients, text: string) {
  const { files } = exportFiles(planned(text), 'arm');
  const template = JSON.parse(files.get('azuredeploy.json') ?? '') as JsonObject;
  const { parameters = {} } = JSON.parse(files.get('azuredeploy.parameters.json') ?? '') as JsonObject;
  const path = `/subscriptions/${simulator.subscriptionId}/${deploymentPath('shop')}`;
  // The simulated deployer is no user.
  const given = { ...(parameters as JsonObject), deployerPrincipalType: { value: 'ServicePrincipal' } };
  const body = { location: 'westeurope', properties: { mode: 'Incremental', template, parameters: given } };
  const answer = await arm('PUT', path, body, VERSION);
  return { answer, status: answer.status < 300 ? await finish(answer) : {} };
}

describe('an exported environment', () => {
  it('is deployed to an empty subscription by its template', async () => {
    const clients = await simulatedClients();
    const { subscriptionId } = clients.simulator;
    await clients.arm(
      'POST',
      `/subscriptions/${subscriptionId}/providers/Microsoft.Storage/register`,
      undefined,
      VERSION,
    );
    const { answer, status } = await deployed(clients, CONFIG);
    expect(answer.text).not.toContain('"error"');
    expect(status).toEqual({ status: 'Succeeded' });
    const group = `/subscriptions/${subscriptionId}/resourceGroups/shop-rg`;
    const { value } = (await clients.arm('GET', `${group}/resources`, undefined, VERSION)).body;
    expect((value as JsonObject[]).map(({ type }) => type)).toContain('Microsoft.App/containerApps');
  });
});
