import { describe, expect, it } from 'vitest';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { familiesOf, genericId, resourcesNamedBy } from '../../../../src/domain/generic/generic-place.ts';
import { outputText, outputValue, valueAt } from '../../../../src/domain/generic/output-text.ts';
import { symbolicOutputs } from '../../../../src/domain/outputs.ts';
import { referencesOf } from '../../../../src/domain/references/references.ts';

const HEAD = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
redis: {}
services:
  queue: { image: "rabbitmq:4", port: 5672, env: { A: "VARIABLE" } }
`;
const BUS = 'bus: { type: Microsoft.ServiceBus/namespaces, api_version: 2024-01-01, name: shop-bus';
const QUEUE = 'type: Microsoft.ServiceBus/namespaces/queues, api_version: 2024-01-01';

interface Rest {
  readonly variable?: string;
  readonly more?: string;
}

function read(resources: readonly string[], { variable = 'plain', more = '' }: Rest = {}) {
  const lines = resources.map((one) => `  ${one}`).join('\n');
  return parseConfig(`${HEAD.replace('VARIABLE', variable)}resources:\n${lines}\n${more}`);
}

function config(resources: readonly string[], rest: Rest = {}): DeploymentConfig {
  const result = read(resources, rest);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function problems(resources: readonly string[], rest: Rest = {}): readonly string[] {
  const result = read(resources, rest);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

function idOf(key: string, of: DeploymentConfig): string {
  const { reader } = symbolicOutputs();
  const input = { environment: 'dev', config: of, outputs: reader };
  return genericId(key, input, referencesOf(of)).replace(/^.*\/resourceGroups\/shop-rg/, 'GROUP');
}

describe('a resource of any type', () => {
  it('has the region of the deployment and tags where it is in the group itself, and neither elsewhere', () => {
    const { resources } = config([
      `${BUS}, body: { sku: { name: Basic } } }`,
      `orders: { ${QUEUE}, parent: bus, name: orders }`,
    ]);
    expect(resources?.bus).toEqual({
      type: 'Microsoft.ServiceBus/namespaces',
      apiVersion: '2024-01-01',
      name: 'shop-bus',
      location: 'westeurope',
      tags: true,
      body: { sku: { name: 'Basic' } },
      holdsData: true,
    });
    expect(resources?.orders).toMatchObject({ parent: 'bus', tags: false });
    expect(resources?.orders).not.toHaveProperty('location');
    expect(config([`${BUS}, location: null, tags: false }`]).resources?.bus).not.toHaveProperty('location');
  });

  it('can be read as it was stored', () => {
    const all = config([
      `${BUS}, holds_data: false, write_only: [properties.key], body: { properties: { key: a, more: [1, null] } }, outputs: { at: properties.endpoint }, secrets: { key: { action: listKeys, path: primaryKey, body: { a: 1 } } } }`,
    ]);
    expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(all)))).toEqual(all);
    expect(parseConfig(HEAD)).toMatchObject({
      ok: true,
      parsed: { config: expect.not.objectContaining({ resources: expect.anything() }) },
    });
  });

  it('has the id that its type, parents and scope make', () => {
    const all = config([
      `${BUS} }`,
      `orders: { ${QUEUE}, parent: bus, name: "\${{environment.name}}-orders" }`,
      `whole: { ${QUEUE}, name: other-bus/orders }`,
      'lock: { type: Microsoft.Authorization/locks, api_version: 2020-05-01, name: stay, scope: "${{resources.bus.id}}" }',
      'store: { type: Microsoft.App/managedEnvironments/daprComponents, api_version: 2024-03-01, name: statestore, parent: "${{container_apps.id}}" }',
    ]);
    const bus = 'GROUP/providers/Microsoft.ServiceBus/namespaces/shop-bus';
    expect(idOf('bus', all)).toBe(bus);
    expect(idOf('orders', all)).toBe(`${bus}/queues/dev-orders`);
    expect(idOf('whole', all)).toBe('GROUP/providers/Microsoft.ServiceBus/namespaces/other-bus/queues/orders');
    expect(idOf('lock', all)).toBe(`${bus}/providers/Microsoft.Authorization/locks/stay`);
    expect(idOf('store', all)).toBe('${create_container_apps_env.environmentId}/daprComponents/statestore');
  });

  it('is made by the first step before which everything is known that it names', () => {
    const all = config([
      `${BUS}, outputs: { at: properties.endpoint } }`,
      `orders: { ${QUEUE}, parent: bus, name: orders }`,
      'store: { type: Microsoft.App/managedEnvironments/daprComponents, api_version: 2024-03-01, name: "${{container_apps.name}}/store", depends_on: [late] }',
      'late: { type: A.B/things, api_version: 2024-03-01, name: late, body: { properties: { at: "${{container_apps.default_domain}}", cache: "${{redis.host}}" } } }',
      'reader: { type: A.B/things, api_version: 2024-03-01, name: reader, body: { properties: { bus: "${{resources.bus.outputs.at}}" } } }',
      'secretive: { type: A.B/things, api_version: 2024-03-01, name: secretive, body: { properties: { key: "${{secrets.jwt_secret}}" } } }',
    ]);
    const stepOf = (key: string) => familiesOf(all, key, referencesOf(all))?.output;
    expect(['bus', 'orders', 'reader'].map(stepOf)).toEqual(['resource', 'resource', 'resource']);
    expect(['store', 'late', 'secretive'].map(stepOf)).toEqual(['lateResource', 'lateResource', 'lateResource']);
    expect(resourcesNamedBy(all, 'reader')).toEqual(['bus']);
    expect(resourcesNamedBy(all, 'orders')).toEqual(['bus']);
  });

  it('that nothing can make is told at its place', () => {
    expect(problems([`${BUS}, parent: x }`])[0]).toMatch('is the child of nothing');
    expect(problems([`${BUS} }`, `orders: { ${QUEUE}, name: orders }`])).toEqual([
      'resources.orders.name: found "orders"; of Microsoft.ServiceBus/namespaces/queues it is NAME/NAME, or NAME with a parent',
    ]);
    expect(problems([`${BUS} }`, `orders: { ${QUEUE}, name: orders, parent: buss }`])[0]).toMatch('did you mean bus?');
    expect(problems([`${BUS}, body: { location: x } }`])).toEqual([
      'resources.bus.body.location: is said as resources.bus.location',
    ]);
    expect(
      problems([
        `${BUS} }`,
        `same: { type: microsoft.servicebus/namespaces, api_version: 2024-01-01, name: Shop-Bus }`,
      ]),
    ).toEqual(['resources.same.name: is the same resource as resources.bus']);
    expect(problems(['bus: { type: ServiceBus, api_version: now, name: a }'])).toHaveLength(2);
    expect(problems([`${BUS}, depends_on: [other] }`])[0]).toMatch('there is no resource "other"');
  });

  it('has no secret among its outputs, which lie in the state', () => {
    for (const path of ['primaryKey', 'properties.adminPassword', 'properties.keys.0.connectionString'])
      expect(problems([`${BUS}, outputs: { at: ${path} } }`])).toEqual([
        `resources.bus.outputs.at: ${path} is a secret, and outputs lie in the state; ask for it under resources.bus.secrets`,
      ]);
    expect(problems([`${BUS}, outputs: { at: properties.keyVaultUri, id: properties.passwordAuth } }`])).toEqual([]);
  });

  it('has no secret in plain text, by its key or by what surrounds it', () => {
    const message = 'has a secret in plain text; give it under secrets, and name it here as ${{secrets.NAME}}';
    const body = (properties: string) => problems([`${BUS}, body: { properties: { ${properties} } } }`]);
    for (const path of ['adminPassword', 'accountKey', 'connectionString'])
      expect(body(`${path}: hunter22`)).toEqual([`resources.bus.body.properties.${path}: ${message}`]);
    expect(body('secrets: [{ name: a, value: hunter22 }]')).toEqual([
      `resources.bus.body.properties.secrets.0.value: ${message}`,
    ]);
    expect(body('url: "amqp://me:hunter22@host"')).toEqual([`resources.bus.body.properties.url: ${message}`]);
    expect(body('url: "amqp://me:hunter22@${{redis.host}}"')).toEqual([
      `resources.bus.body.properties.url: ${message}`,
    ]);
    expect(
      body('password: "${{secrets.jwt_secret}}", passwordAuth: Enabled, disablePassword: "false", sku: a'),
    ).toEqual([]);
  });

  it('has an address that leads nowhere else', () => {
    const wrong = 'has a part that is empty, . or .., or one of the characters ?, #, % and \\';
    for (const name of ['..', 'a?b', 'a#b', 'a%2Fb'])
      expect(problems([`bus: { type: A.B/things, api_version: 2024-03-01, name: "${name}" }`])).toEqual([
        `resources.bus.name: ${wrong}`,
      ]);
    expect(problems([`${BUS}, secrets: { key: { action: ../../regenerateKeys, path: k } } }`])).toEqual([
      `resources.bus.secrets.key.action: ${wrong}`,
    ]);
    expect(problems([`${BUS}, scope: "/subscriptions/s/../t" }`])).toEqual([`resources.bus.scope: ${wrong}`]);
    expect(problems([`${BUS}, scope: "\${{azure.resource_group_id}}/" }`])).toEqual([]);
    expect(problems([`orders: { ${QUEUE}, name: q, parent: /subscriptions/s/nothing }`])).toEqual([
      'resources.orders.parent: /subscriptions/s/nothing is of the type (none), and the parent of Microsoft.ServiceBus/namespaces/queues is not',
    ]);
    expect(
      problems(['group: { type: Microsoft.Resources/resourceGroups, api_version: 2024-03-01, name: g }'])[0],
    ).toMatch('resources.group.type: Microsoft.Resources/resourceGroups cannot be made here');
  });

  it('has a body that can be sent', () => {
    expect(problems([`${BUS}, body: { Location: x, ID: y, tags: 3 } }`])).toEqual([
      'resources.bus.body.Location: is said as resources.bus.location',
      'resources.bus.body.ID: is said as resources.bus.name, parent and scope',
      'resources.bus.body.tags: are names with their texts',
    ]);
    const action = '{ action: listKeys, path: k, body: { at: -.inf } }';
    const unsent = 'is nothing that is sent as it stands here; write it as text';
    expect(
      problems([
        `${BUS}, body: { properties: { all: [1, .nan, 12345678901234567890, !!binary aGk=] } }, secrets: { key: ${action} } }`,
      ]),
    ).toEqual([
      ...[1, 2, 3].map((index) => `resources.bus.body.properties.all.${index}: ${unsent}`),
      `resources.bus.secrets.key.body.at: ${unsent}`,
    ]);
  });

  it('may have references as keys of its body', () => {
    const other = 'other: { type: A.B/things, api_version: 2024-03-01, name: other';
    const all = config([`${BUS} }`, `${other}, body: { users: { "\${{resources.bus.name}}": { a: 1 } } } }`]);
    const targets = referencesOf(all);
    expect(resourcesNamedBy(all, 'other')).toEqual(['bus']);
    const input = { environment: 'dev', config: all, outputs: symbolicOutputs().reader };
    expect(targets.resolve(all.resources?.other?.body ?? {}, input)).toEqual({ users: { 'shop-bus': { a: 1 } } });
    expect(problems([`${other}, body: { "\${{resources.buss.id}}": 1, "\${{secrets.jwt_secret}}": 2 } }`])).toEqual([
      expect.stringContaining('nothing is called resources.buss.id'),
      expect.stringContaining('secrets.jwt_secret is a secret, and cannot be named here'),
    ]);
  });

  it('is looked at once, however many ways lead to it', () => {
    const layer = (index: number): readonly string[] => {
      const above = index === 0 ? '' : `, depends_on: [a${index - 1}, b${index - 1}]`;
      return ['a', 'b'].map(
        (key) => `${key}${index}: { type: A.B/c, api_version: 2024-01-01, name: ${key}${index}${above} }`,
      );
    };
    expect(problems(Array.from({ length: 40 }, (_, index) => layer(index)).flat())).toEqual([]);
  });

  it('may not need itself', () => {
    const thing = (key: string, other: string): string =>
      `${key}: { type: A.B/things, api_version: 2024-03-01, name: ${key}, body: { other: "\${{resources.${other}.id}}" } }`;
    expect(problems([thing('a', 'b'), thing('b', 'c'), thing('c', 'a')])).toContain(
      'resources.a: is a circle: a → b → c → a',
    );
  });

  it('is found its place among many that need each other many times over', () => {
    const thing = (number: number): string =>
      `r${number}: { type: A.B/things, api_version: 2024-03-01, name: r${number}, depends_on: [${[1, 2, 3]
        .map((back) => number - back)
        .filter((one) => one >= 0)
        .map((one) => `r${one}`)
        .join(', ')}] }`;
    const all = config(Array.from({ length: 80 }, (_, number) => thing(number)));
    expect(familiesOf(all, 'r79', referencesOf(all))?.output).toBe('resource');
  });

  it('may not need what is known only later', () => {
    expect(problems([`${BUS}, body: { x: "\${{container_registry.login_server}}" } }`])).toEqual([
      'resources.bus.body: names what is known only after create_container_registry, for which resources do not wait',
    ]);
    const store =
      'store: { type: A.B/things, api_version: 2024-03-01, name: s, secrets: { key: { action: listKeys, path: key } }, body: { x: "${{container_apps.id}}" } }';
    expect(problems([store], { more: 'secrets: { key: "${{resources.store.secrets.key}}" }' })).toEqual([
      'secrets.KEY: resources.store.secrets.key is known only after deploy_infrastructure_services, and is needed before that',
    ]);
    expect(problems([`${BUS} }`], { variable: '${{container_registry.login_server}}' })[0]).toMatch(
      /^services.queue.env.A: container_registry.login_server is known only after create_container_registry/,
    );
  });

  it('gives its secrets to the vault alone', () => {
    const bus = `${BUS}, secrets: { key: { action: listKeys, path: primaryKey } } }`;
    const value = '${{resources.bus.secrets.key}}';
    expect(problems([bus], { variable: value })).toEqual([
      'services.queue.env.A: resources.bus.secrets.key is a secret, and cannot be named here; give it a name under secrets, and refer to that',
    ]);
    expect(problems([bus], { variable: '${{secrets.jwt_secret}}' })[0]).toMatch(
      'a variable reads it as {secret: NAME}',
    );
    const own = config([bus], { more: `secrets: { bus_key: "Key=${value}" }` });
    expect(own.secrets['BUS-KEY']).toEqual({ source: 'reference', text: `Key=${value}` });
    expect(problems([bus], { more: `secrets: { bus_key: "AccountKey=abcdef;\${{azure.location}}" }` })[0]).toMatch(
      'has a password or a key in plain text',
    );
  });
});

describe('an output', () => {
  it('is kept as text, and has its type again when it is read', () => {
    for (const value of ['https://x', '5', 'true', 'null', '', 5, true, { a: [1] }, [], '${step.output}'])
      expect(outputValue(outputText(value))).toEqual(value);
    expect(outputText('https://x')).toBe('https://x');
  });

  it('is found by its path, through arrays too', () => {
    expect(valueAt({ keys: [{ value: 'a' }, { value: 'b' }] }, 'keys.1.value')).toBe('b');
    expect(valueAt({ keys: [] }, 'keys.0.value')).toBeUndefined();
    expect(valueAt({ a: 1 }, 'toString')).toBeUndefined();
  });
});
