import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import {
  deploy,
  deploymentPath,
  groupTemplate,
  identity,
  identityPath,
  nested,
  VERSION,
} from '../../../helpers/cloud/templates/deploy.ts';

/** What a request was answered, and validation of the same says the same. */
async function refusal(clients: SimulatedClients, parts: JsonObject, properties: JsonObject = {}): Promise<string> {
  const { answer } = await deploy(clients, parts, properties);
  const body = { properties: { mode: 'Incremental', template: groupTemplate(parts), ...properties } };
  const validated = await clients.arm('POST', `${deploymentPath('main')}/validate`, body, VERSION);
  expect(validated.body.error).toEqual(answer.body.error);
  const { code, message } = (answer.body.error ?? {}) as Record<string, string>;
  return `${answer.status} ${code}: ${message}`;
}

const PARAMETERS: readonly [string, JsonObject, JsonObject, RegExp][] = [
  ['none for a parameter that has no default', { p: { type: 'string' } }, {}, /parameter 'p' is not provided/],
  [
    'one that the template has not',
    {},
    { q: { value: 1 } },
    /parameters 'q' in the parameters file are not valid.*supported parameters for this template are ''/,
  ],
  [
    'a number for a text',
    { p: { type: 'string' } },
    { p: { value: 1 } },
    /Expected 'String, Uri'. Actual value 'Integer'/,
  ],
  ['a text for a number', { p: { type: 'int' } }, { p: { value: '1' } }, /Expected 'Integer'. Actual value 'String'/],
  [
    'a value that is not allowed',
    { p: { type: 'string', allowedValues: ['a', 'b'] } },
    { p: { value: 'c' } },
    /not part of the allowed value\(s\): 'a,b'/,
  ],
  [
    'a text that is too short',
    { p: { type: 'string', minLength: 3 } },
    { p: { value: 'ab' } },
    /greater than or equal to '3'/,
  ],
  ['a number that is too large', { p: { type: 'int', maxValue: 3 } }, { p: { value: 4 } }, /less than or equal to '3'/],
];

const RESOURCES: readonly [string, JsonObject, RegExp][] = [
  [
    'an unknown dependency',
    { resources: [identity('a1b', { dependsOn: ['nothing'] })] },
    /The resource 'nothing' is not defined in the template/,
  ],
  [
    'a circle',
    { resources: [identity('a1b', { dependsOn: ['b1c'] }), identity('b1c', { dependsOn: ['a1b'] })] },
    /Circular dependency detected/,
  ],
  ['the same resource twice', { resources: [identity('a1b'), identity('a1b')] }, /defined multiple times/],
  ['a name with too many segments', { resources: [identity('a1b/c')] }, /incorrect segment lengths/],
  [
    'a reference where nothing is deployed yet',
    { resources: [identity("[reference('x').name]")] },
    /The template function 'reference' is not expected at this location/,
  ],
  [
    'a reference outside of properties',
    { resources: [identity('a1b'), identity('b1c', { tags: { a: "[reference('a1b').clientId]" } })] },
    /The template function 'reference' is not expected at this location/,
  ],
  ['an expression that is none', { resources: [identity("[concat('a',]")] }, /is not valid/],
  [
    'the time outside of default values',
    { resources: [identity("[format('a{0}', utcNow())]")] },
    /default value of a parameter/,
  ],
  [
    'a function that the simulator does not know',
    { resources: [identity("[pickZones('a', 'b', 'c')]")] },
    /The simulator does not know the template function 'pickZones'/,
  ],
  [
    'a type that is not simulated',
    { resources: [{ ...identity('a1b'), type: 'Microsoft.Nothing/here' }] },
    /is not known to the simulator/,
  ],
  [
    'more outputs than there may be',
    { outputs: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`o${i}`, { type: 'int', value: i }])) },
    /outputs limit exceeded. Limit: 64/,
  ],
  [
    'more resources than there may be',
    { resources: [identity("[format('a{0}', copyIndex())]", { copy: { name: 'c', count: 800 } }), identity('b1c')] },
    /resources limit exceeded. Limit: 800/,
  ],
  [
    'what is wrong in a nested template',
    { resources: [nested('inner', { resources: [identity('a1b', { dependsOn: ['nothing'] })] })] },
    /'nothing' is not defined/,
  ],
  [
    'mode Complete of a nested one',
    {
      resources: [
        { ...nested('inner', {}), properties: { ...(nested('inner', {}).properties as JsonObject), mode: 'Complete' } },
      ],
    },
    /mode 'Incremental' alone/,
  ],
  [
    'a template for a subscription',
    { $schema: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#' },
    /not supported at the scope of a resource group/,
  ],
];

describe('a template is refused before anything is made, by its validation too', () => {
  it.each(PARAMETERS)('for %s', async (_, parameters, given, words) => {
    const said = await refusal(await simulatedClients(), { parameters }, { parameters: given });
    expect(said).toMatch(/^400 InvalidTemplate: Deployment template validation failed/);
    expect(said).toMatch(words);
  });

  it.each(RESOURCES)('for %s', async (_, parts, words) => {
    const said = await refusal(await simulatedClients(), parts);
    expect(said).toMatch(/^400 InvalidTemplate: Deployment template validation failed/);
    expect(said).toMatch(words);
  });

  it('for rights that whoever deploys has not, on every resource at once', async () => {
    const clients = await simulatedClients();
    const role = 'Microsoft.ManagedIdentity/*/write';
    clients.simulator.behave({ denyAssignments: [{ name: 'no', scope: clients.group, actions: [role] }] });
    const said = await refusal(clients, { resources: [identity('a1b'), identity('b1c')] });
    expect(said).toMatch(
      /^403 InvalidTemplateDeployment: Deployment failed with multiple errors: 'Authorization failed for template resource 'a1b'/,
    );
  });

  it('for the right to deploy itself', async () => {
    const clients = await simulatedClients();
    clients.simulator.behave({ deployerRoles: { [clients.group]: ['Reader'] } });
    const { answer } = await deploy(clients, { resources: [] });
    expect([answer.status, answer.body.error]).toMatchObject([
      403,
      { code: 'AuthorizationFailed', message: expect.stringContaining('Microsoft.Resources/deployments/write') },
    ]);
  });

  it('for a provider that is not registered and a version that never was', async () => {
    const clients = await simulatedClients();
    const cache = {
      type: 'Microsoft.Cache/redisEnterprise',
      apiVersion: '2025-07-01',
      name: 'cache1',
      location: 'westeurope',
      sku: { name: 'Balanced_B0' },
    };
    expect(await refusal(clients, { resources: [cache] })).toMatch(/^409 MissingSubscriptionRegistration/);
    const both = { resources: [cache, identity('a1b', { apiVersion: '1999-01-01' })] };
    expect(await refusal(clients, both)).toMatch(
      /^400 MultipleErrorsOccurred: Multiple error occurred: MissingSubscriptionRegistration,NoRegisteredProviderFound/,
    );
  });
});

describe('a deployment fails', () => {
  it('with the inner error and its target; what waits for it never begins, and siblings are made', async () => {
    const clients = await simulatedClients();
    const registry = {
      type: 'Microsoft.ContainerRegistry/registries',
      apiVersion: '2025-11-01',
      name: 'no',
      location: 'westeurope',
      sku: { name: 'Basic' },
    };
    const { status, ended } = await deploy(clients, {
      resources: [registry, identity('id-after', { dependsOn: ['no'] }), identity('id-beside')],
    });
    const target = `${clients.group}/providers/Microsoft.ContainerRegistry/registries/no`;
    const error = {
      code: 'DeploymentFailed',
      target: `${clients.group}/${deploymentPath('main')}`,
      details: [{ code: 'RegistryNameInvalid', target }],
    };
    expect(status).toMatchObject({ status: 'Failed', error });
    expect(ended).toMatchObject({ provisioningState: 'Failed', error });
    expect((await clients.arm('GET', identityPath('id-after'), undefined, '2024-11-30')).status).toBe(404);
    expect((await clients.arm('GET', identityPath('id-beside'), undefined, '2024-11-30')).status).toBe(200);
    const { value } = (await clients.arm('GET', `${deploymentPath('main')}/operations`, undefined, VERSION)).body as {
      value: { properties: JsonObject }[];
    };
    expect(value.map(({ properties }) => [properties.provisioningState, properties.statusCode])).toEqual([
      ['Failed', 'BadRequest'],
      ['Succeeded', 'OK'],
    ]);
  });

  it('with what a provider says later, inside of nested deployments too', async () => {
    const clients = await simulatedClients();
    clients.simulator.addFault({
      match: { method: 'PUT', path: '/registries/crone$' },
      fault: { kind: 'failOperation', code: 'OutOfStock', message: 'none left' },
    });
    const registry = {
      type: 'Microsoft.ContainerRegistry/registries',
      apiVersion: '2025-11-01',
      name: 'crone',
      location: 'westeurope',
      sku: { name: 'Basic' },
    };
    const { status } = await deploy(clients, { resources: [nested('inner', { resources: [registry] })] });
    expect(status).toMatchObject({
      error: {
        code: 'DeploymentFailed',
        details: [
          {
            code: 'DeploymentFailed',
            details: [{ code: 'ResourceDeploymentFailure', details: [{ code: 'OutOfStock', message: 'none left' }] }],
          },
        ],
      },
    });
  });

  it('where its outputs cannot be evaluated, with everything made', async () => {
    const clients = await simulatedClients();
    const { ended } = await deploy(clients, {
      resources: [identity('id-one')],
      outputs: { a: { type: 'string', value: "[reference('id-one').nothing]" } },
    });
    expect(ended.error).toMatchObject({
      code: 'DeploymentOutputEvaluationFailed',
      details: [{ target: 'a', message: expect.stringContaining("'nothing' doesn't exist") }],
    });
  });
});

describe('a secret of a vault', () => {
  const template = {
    parameters: { password: { type: 'securestring' } },
    resources: [],
    outputs: { length: { type: 'int', value: "[length(parameters('password'))]" } },
  };

  async function vault(isOpen: boolean) {
    const clients = await simulatedClients();
    const properties = {
      tenantId: clients.simulator.tenantId,
      sku: { family: 'A', name: 'standard' },
      accessPolicies: [],
      enabledForTemplateDeployment: isOpen,
    };
    await clients.create(
      'providers/Microsoft.KeyVault/vaults/kv-demo',
      { location: 'westeurope', properties },
      '2026-02-01',
    );
    const id = `${clients.group}/providers/Microsoft.KeyVault/vaults/kv-demo`;
    const attributes = { enabled: true, created: 1, updated: 1 };
    const secret = {
      name: 'password',
      versions: [{ version: '0'.repeat(32), value: 'twelve-chars', tags: {}, attributes }],
    };
    clients.simulator.change(({ secrets }) => {
      secrets[id.toLowerCase()] = { password: secret };
    });
    const parameters = { password: { reference: { keyVault: { id }, secretName: 'password' } } };
    return { clients, parameters };
  }

  it('is read for who may deploy from an open vault', async () => {
    const { clients, parameters } = await vault(true);
    const { ended } = await deploy(clients, template, { parameters });
    expect(ended).toMatchObject({
      outputs: { length: { value: 12 } },
      parameters: { password: { type: 'SecureString', reference: { secretName: 'password' } } },
    });
  });

  it('is refused where the vault is not open to templates, or the secret is not there', async () => {
    const closed = await vault(false);
    expect(await refusal(closed.clients, template, { parameters: closed.parameters })).toMatch(
      /^400 KeyVaultParameterReferenceSecretRetrieveFailed.*'Forbidden'/,
    );
    const open = await vault(true);
    const missing = { password: { reference: { ...open.parameters.password.reference, secretName: 'other' } } };
    expect(await refusal(open.clients, template, { parameters: missing })).toMatch(
      /^400 KeyVaultParameterReferenceSecretRetrieveFailed.*'NotFound'/,
    );
  });
});
