import { fileText } from './exported.ts';

/** With what the others do not have: resources of any type, a secret in a body, names of its own, a registry of somebody else. */
const OF_ANY_TYPE = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
redis: { name: shop-cache }
registries:
  other.azurecr.io: { identity: /subscriptions/aaaaaaaa-57ab-4a59-9cf9-8d1f0c3a7e21/resourceGroups/other-rg/providers/Microsoft.ContainerRegistry/registries/other }
services:
  web:
    image: "other.azurecr.io/shop/web:1"
    port: 8080
    ingress: external
    domains:
      - { name: www.shop.example, zone: /subscriptions/aaaaaaaa-57ab-4a59-9cf9-8d1f0c3a7e21/resourceGroups/dns-rg/providers/Microsoft.Network/dnszones/shop.example }
  worker:
    image: "ghcr.io/shop/worker:1"
    depends_on: [web]
    env:
      ENDPOINT: "\${{resources.bus.outputs.endpoint}}"
      QUEUE: "\${{resources.orders.name}}"
      CACHE: "\${{redis.host}}:\${{redis.port}} it's '[x]' \${HOME} %{y}"
      CONNECTION: { secret: bus_connection }
secrets: { bus_connection: "env:BUS_CONNECTION" }
resources:
  bus:
    type: Microsoft.ServiceBus/namespaces
    api_version: 2024-01-01
    name: shop-messages
    body: { sku: { name: Standard } }
    outputs: { endpoint: properties.serviceBusEndpoint }
  orders: { type: Microsoft.ServiceBus/namespaces/queues, api_version: 2024-01-01, parent: bus, name: orders, body: { properties: { maxDeliveryCount: 5 } } }
  pubsub:
    type: Microsoft.App/managedEnvironments/daprComponents
    api_version: 2025-01-01
    parent: "\${{container_apps.id}}"
    name: pubsub
    body:
      properties:
        componentType: pubsub.azure.servicebus.topics
        version: v1
        secrets: [{ name: connection, value: "\${{secrets.bus_connection}}" }]
        metadata: [{ name: connectionString, secretRef: connection }]
        scopes: [worker]
`;

/** Texts that mean something in one of the languages, and names that are words of them. */
const TEXTS = [
  "it's",
  'say "hi"',
  '${HOME}',
  '$${HOME}',
  '$$${HOME}',
  '%{if true}x%{endif}',
  '%%{y}',
  "'''",
  "''' + resourceGroup().id + '''",
  '[resourceId()]',
  '[[x]]',
  '[',
  '\\',
  '\\n',
  'C:\\temp\\$x',
  'a\nb\n',
  '\n',
  'a\r\nb',
  '\t#\t//\t/*',
  '<<-EOT\nEOT',
  'ünïcødé 日本 🎉 \u200b',
  '\u0007\u001b',
  'null',
  'true',
  '007',
  ' ',
  "@description('x')",
  'x'.repeat(20_000),
];

const HOSTILE = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
tags: ${JSON.stringify({ "it's ${x} '''": "'[%{y}]' \\\\", null: 'param', 'a.b': '[c]', d: '[e] f' })}
services:
  resource: { image: "nginx:1", port: 80, command: ${JSON.stringify(TEXTS.slice(0, 12))} }
  for: { image: "nginx:1", depends_on: [resource], env: ${JSON.stringify(Object.fromEntries(TEXTS.map((text, index) => [`V${index}`, text.replaceAll('${{', '$ {{')])))} }
  param: { name: param-existing, image: "nginx:1", port: 80, env: { "a.b-c": x, _9: y, for: z, 'null': w }, max_replicas: 3, scale: { http: 7 } }
`;

/** What is exported in tests, by name. */
export async function exportedApplications(): Promise<Readonly<Record<string, string>>> {
  const [example, parcels, journal] = await Promise.all([
    fileText('examples/draftgenie/config.yaml'),
    fileText('test/fixtures/applications/parcels/draftgenie.yaml'),
    fileText('test/fixtures/applications/journal/draftgenie.yaml'),
  ]);
  return { example, parcels, journal, 'of any type': OF_ANY_TYPE, 'with hostile texts': HOSTILE };
}
