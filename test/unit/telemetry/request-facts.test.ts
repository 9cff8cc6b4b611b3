import { expect, it } from 'vitest';
import { requestFacts } from '../../../src/telemetry/request-facts.ts';

const ARM = 'https://management.azure.com';
const GROUP = '/subscriptions/26219498-7718-46b2-a26c-558a78adea06/resourceGroups/shop-rg';
const TEMPLATE = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}';

it.each([
  [GROUP, TEMPLATE, undefined],
  [`${GROUP}/resources`, `${TEMPLATE}/resources`, undefined],
  [
    `${GROUP}/providers/Microsoft.App/containerApps/web`,
    `${TEMPLATE}/providers/Microsoft.App/containerApps/{name}`,
    'Microsoft.App/containerApps',
  ],
  [
    `${GROUP}/providers/Microsoft.App/containerApps`,
    `${TEMPLATE}/providers/Microsoft.App/containerApps`,
    'Microsoft.App/containerApps',
  ],
  [
    `${GROUP}/providers/Microsoft.App/containerApps/web/revisions/web--1/activate`,
    `${TEMPLATE}/providers/Microsoft.App/containerApps/{name}/revisions/{name}/activate`,
    'Microsoft.App/containerApps/revisions',
  ],
  [
    `${GROUP}/providers/Microsoft.KeyVault/vaults/kv/providers/Microsoft.Authorization/roleAssignments/1`,
    `${TEMPLATE}/providers/Microsoft.KeyVault/vaults/{name}/providers/Microsoft.Authorization/roleAssignments/{name}`,
    'Microsoft.Authorization/roleAssignments',
  ],
  ['/providers/Microsoft.App', '/providers/Microsoft.App', undefined],
])('%s is told as a template, with its type', (path, template, type) => {
  const { name, all } = requestFacts('GET', `${ARM}${path}?api-version=2026-01-01&sig=a-signature`);
  expect(name).toBe(`GET ${template}`);
  expect(all['url.template']).toBe(template);
  expect(all['azure.resource.type']).toBe(type);
  expect(all['url.full']).toBe(`${ARM}${path}`);
  expect(JSON.stringify(all)).not.toContain('a-signature');
});

it('names the resource without what is asked of it', () => {
  const id = `${GROUP}/providers/Microsoft.ContainerRegistry/registries/shop`;
  expect(requestFacts('POST', `${ARM}${id}/scheduleRun`).all['azure.resource.id']).toBe(id);
});

it('tells no more of other hosts than their name and port', () => {
  const { name, all } = requestFacts('PUT', 'https://kv.vault.azure.net:8443/secrets/a-name/a-token?sig=a-signature');
  expect(name).toBe('PUT');
  expect(all).toEqual({
    'http.request.method': 'PUT',
    'server.address': 'kv.vault.azure.net',
    'server.port': 8443,
    'url.full': 'https://kv.vault.azure.net:8443/',
  });
});
