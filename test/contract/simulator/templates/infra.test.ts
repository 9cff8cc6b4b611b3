import { expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { fileText } from '../../../helpers/export/exported.ts';

const VERSION = '2025-04-01';

it('this project installs itself by its template: modules, role assignments, outputs from one to the next', async () => {
  const { simulator, arm, finish } = await simulatedClients();
  const subscription = `/subscriptions/${simulator.subscriptionId}`;
  for (const namespace of ['Microsoft.Storage', 'Microsoft.Web', 'Microsoft.EventGrid']) {
    await arm('POST', `${subscription}/providers/${namespace}/register`, undefined, VERSION);
  }
  const template = JSON.parse(await fileText('infra/azuredeploy.json')) as JsonObject;
  const parameters = {
    name: { value: 'self' },
    location: { value: 'westeurope' },
    deployerPrincipalType: { value: 'ServicePrincipal' },
  };
  const path = `${subscription}/providers/Microsoft.Resources/deployments/install`;
  const answer = await arm(
    'PUT',
    path,
    { location: 'westeurope', properties: { mode: 'Incremental', template, parameters } },
    VERSION,
  );
  expect(answer.status, answer.text).toBe(201);
  expect(await finish(answer)).toEqual({ status: 'Succeeded' });
  const { properties } = (await arm('GET', path, undefined, VERSION)).body as {
    properties: { outputResources: { id: string }[] };
  };
  const types = properties.outputResources.map(({ id }) =>
    id.split('/providers/').at(-1)?.split('/').slice(0, 2).join('/'),
  );
  expect(new Set(types)).toContain('Microsoft.Web/sites');
});
