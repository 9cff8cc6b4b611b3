import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig } from '../../src/domain/config/parse.ts';
import { refusalsOf } from '../helpers/cloud/refusals.ts';
import { feed } from './run.ts';

/** Every key of a service and of the sections, so that each can be changed. */
const CONFIG = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry, sku: Premium, network_rules: { default_action: deny, ip_rules: [203.0.113.0/24] } }
key_vault: { name: shop-vault-1, network_rules: { default_action: deny, ip_rules: [203.0.113.7] } }
monitoring: { log_workspace: shop-logs, app_insights: shop-insights }
container_apps: { environment_name: shop-env }
postgresql:
  server_name: shop-pg
  database_name: shop
  admin_user: keeper
  admin_password: env:PASSWORD
  sku: Standard_D2s_v3
  tier: GeneralPurpose
  version: "16"
  storage_size: 64
  backup_retention_days: 7
  high_availability: zone_redundant
  zone: 1
  standby_zone: 2
  maintenance_window: { day: sunday, hour: 3, minute: 30 }
  firewall_rules: { office: { start: 203.0.113.1, end: 203.0.113.9 } }
redis: { name: shop-redis, sku: Basic, vm_size: c0, kind: managed }
storage: { account: shopfiles1, sku: Standard_LRS, containers: [uploads], queues: [mails], shares: { data: { quota: 5, protocol: smb } } }
tags: { team: red, cost-center: "42" }
release: { keep: 3, smoke_image: "curlimages/curl:8.11.1" }
services:
  db: { image: "postgres:17", port: 5432, transport: tcp }
  web:
    dockerfile: Dockerfile
    name: web
    port: 8080
    cpu: 0.5
    memory: 1Gi
    ingress: external
    transport: http
    health_path: /ready
    command: [node, server.js]
    args: [--verbose]
    min_replicas: 1
    max_replicas: 6
    env: { MODE: live, KEY: { secret: my_key }, DB: { service: db } }
    ports: [9090, { port: 9091, exposed_port: 99 }]
    cors: { origins: ["https://example.org"], methods: [GET], headers: ["*"], max_age: 60, credentials: true }
    ip_rules: { allow: { office: 203.0.113.0/24 } }
    client_certificates: accept
    session_affinity: true
    domains: [www.example.org, { name: example.org }]
    volumes: { scratch: null, data: { share: data, mount_options: uid=1000 }, certs: { secrets: { tls.key: my_key } } }
    mounts: { /tmp/a: scratch, /etc/certs: certs, /data: data }
    scale:
      http: 50
      cpu: 70
      memory: 80
      cron: { office: { timezone: Europe/Berlin, start: 0 8 * * 1-5, end: 0 18 * * 1-5, replicas: 2 } }
      rules: { queue: { type: rabbitmq, metadata: { queueName: jobs, mode: QueueLength, value: 5 }, secrets: { host: my_key } } }
      polling_interval: 10
      cooldown: 60
    termination_grace: 90
    depends_on: [db]
    migration: { command: ./migrate.sh }
    probes:
      startup: { kind: tcp, port: 9090, failure_threshold: 240 }
      readiness: { kind: http, path: /ready, scheme: https, headers: { Host: web }, success_threshold: 2, initial_delay: 5 }
      liveness: { path: /alive, period: 20, timeout: 5 }
    init: [{ name: prepare, image: "busybox:1.37", command: ./prepare.sh, cpu: 0.25, memory: 0.5Gi, env: { MODE: once } }]
    sidecars: [{ name: proxy, image: "envoyproxy/envoy:v1.31", cpu: 0.25, memory: 0.5Gi, mounts: { /data: scratch } }]
  api: { dockerfile: Dockerfile, port: 8080, smoke: [{ path: /ready }], migration: { command: ./migrate.sh } }
  worker: { dockerfile: Dockerfile }
jobs:
  nightly: { dockerfile: Dockerfile, schedule: "30 2 * * 1-5", parallelism: 2, completions: 2, retries: 1, timeout: 600, env: { KEY: { secret: my_key } } }
  mails:
    image: "ghcr.io/shop/mails:1"
    event:
      rules: { mails: { type: azure-queue, metadata: { queueName: mails, accountName: shop }, identity: true } }
      min_executions: 0
      max_executions: 5
      polling_interval: 30
  once: { image: "busybox:1.37", command: [sh, -c, "echo hello"] }
secrets: { my_key: "env:MY_KEY", other_key: "env:OTHER_KEY" }
`;

/** At the edges of what is allowed somewhere, and just beyond. */
const EDGES = [
  ...[
    '',
    ' ',
    'a',
    'A',
    '1',
    '-',
    '_',
    '.',
    '/',
    'a-',
    '-a',
    '_a',
    'a_',
    'a--b',
    'a.b',
    'A-B',
    'a b',
    'ü',
    'группа',
    '😀',
  ],
  ...['a\u0001b', 'a\tb', '${TAG}', 'x:${TAG}', 'a:b', 'a/b', '/a b', '//', '/:', 'a/B:c', 'a@sha256:1', 'http://a/b'],
  ...[23, 24, 25, 31, 32, 33, 60, 61, 63, 64, 90, 91, 127, 128, 256, 257, 512, 513].map((length) => 'a'.repeat(length)),
  ...['postgres', 'template1', 'admin', 'azuresu', 'pg_x', 'root', 'microsoft', 'windows-x', 'login-x', 'azure'],
  ...['0.0.0.0', '255.255.255.255', '10.0.0.1', '192.168.0.0/16', '203.0.113.0/33', '::1', '0.0.0.0/0'],
  ...[0, 1, 2, 3, 7, 10, 29, 30, 31, 48, 49, 60, 61, 80, 100, 101, 240, 241, 443, 1000, 1001, 5432, 9090, 65535, 65536],
  ...[0.1, 0.25, 0.3, 0.75, 3.75, 4, 4.25, -1, '0.5Gi', '1.5Gi', '512Mi', '8Gi', '8.5Gi', '1G', '1gi', 'tcp', 'http2'],
  ...['* * * * *', ' 0 8 * * *', '0 8  * * *', '0\t8 * * *', '*/5 * * * *', '@daily', '0 8 * * 7', '60 * * * *'],
  ...['none', 'internal', 'external', 'http', 'https', 'canary', true, false, null, [], {}],
] as const;

/** Whose keys are names of the user: elsewhere another key is one that nobody knows. */
const MAPS = [
  'env',
  'tags',
  'services',
  'secrets',
  'shares',
  'volumes',
  'mounts',
  'headers',
  'cron',
  'rules',
  'allow',
  'firewall_rules',
];

interface Change {
  readonly at: number;
  /** `everywhere`: whatever has the same value or name, too, so that what refers to each other still does. */
  readonly what: 'value' | 'key' | 'everywhere';
  readonly to: unknown;
}

const changes = fc.array(
  fc.record<Change>({
    at: fc.nat(),
    what: fc.constantFrom('value', 'value', 'key', 'everywhere'),
    to: fc.constantFrom<unknown>(...EDGES),
  }),
  { minLength: 1, maxLength: 2 },
);

/** A value of the document, or a key, becomes something else. */
function changed(document: unknown, { at, what, to }: Change): unknown {
  const copy: unknown = structuredClone(document);
  const places = membersOf(copy, '').filter(({ name }) => what !== 'key' || MAPS.includes(name));
  const place = places[at % places.length];
  if (!place) return copy;
  const { parent, key } = place;
  const found = parent[key];
  if (what === 'everywhere' && typeof found === 'string') return replaced(copy, found, to);
  if (what === 'key') rename(parent, key, String(to));
  else parent[key] = to;
  return copy;
}

function rename(parent: Parent, key: string, to: string): void {
  const { [key]: value, ...rest } = parent;
  for (const one of Object.keys(parent)) delete parent[one];
  Object.assign(parent, rest, { [to]: value });
}

function replaced(value: unknown, from: string, to: unknown): unknown {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((member) => replaced(member, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key === from ? String(to) : key, replaced(member, from, to)]),
  );
}

type Parent = Record<string, unknown>;

/** Every member of the document, with the name under which its parent stands. */
function membersOf(value: unknown, name: string): readonly { parent: Parent; name: string; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    { parent: value as Parent, name, key },
    ...membersOf(member, key),
  ]);
}

it('nothing that is known from the file alone is refused by Azure after the file was accepted', async () => {
  const base: unknown = parse(CONFIG);
  expect(parseConfig(stringify(base))).toMatchObject({ ok: true });
  let accepted = 0;
  await feed('configurations at the edge', 1500, changes, (all) => {
    const result = parseConfig(stringify(all.reduce(changed, base)));
    if (!result.ok) return;
    accepted += 1;
    expect(refusalsOf(result.parsed.config)).toEqual([]);
  });
  expect(accepted).toBeGreaterThan(150);
});
