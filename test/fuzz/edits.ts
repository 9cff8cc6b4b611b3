import type { Json, JsonObject } from '../../src/shared/json.ts';

/** A configuration as its file has it. */
export interface Document {
  readonly [section: string]: Json;
  readonly postgresql: JsonObject;
  readonly services: Readonly<Record<string, JsonObject>>;
}

/** One thing that a user changes in the file. */
export interface Edit {
  readonly title: string;
  apply(document: Document): Document;
}

/** What every pair begins with: an external and an internal service, a worker without ingress, and a ready image. */
export const APPLICATION: Document = {
  azure: { resource_group: 'pair-rg', location: 'westeurope', project_name: 'pair' },
  container_registry: { name: 'pairregistry', sku: 'Basic' },
  key_vault: { name: 'pair-vault-1' },
  monitoring: {},
  postgresql: {
    server_name: 'pair-pg-1',
    sku: 'Standard_D2s_v3',
    tier: 'GeneralPurpose',
    version: '16',
    storage_size: 64,
  },
  redis: { name: 'pair-redis-1', sku: 'Basic', vm_size: 'c0' },
  services: {
    web: {
      dockerfile: 'Dockerfile',
      port: 8080,
      ingress: 'external',
      env: { MODE: 'live', PAYMENT_KEY: { secret: 'payment_key' }, BACKEND: { service: 'api' } },
    },
    api: { dockerfile: 'Dockerfile', port: 8080, health_path: '/ready', env: { DATABASE: { secret: 'DATABASE-URL' } } },
    cache: { image: 'redis:7-alpine', port: 6379, transport: 'tcp' },
  },
  secrets: { payment_key: 'env:PAYMENT_KEY', other_key: 'env:OTHER_KEY' },
  tags: { Project: 'pair', team: 'red' },
};

type Change = (value: JsonObject) => JsonObject;

const set =
  (changes: JsonObject): Change =>
  (value) => ({ ...value, ...changes });

function without(key: string): Change {
  return ({ [key]: _, ...rest }) => rest;
}

/** A section that is not there yet comes with the edit. */
function section(name: string, change: Change): Edit['apply'] {
  return (document) => ({ ...document, [name]: change((document[name] ?? {}) as JsonObject) });
}

/** A service that went with an earlier edit stays away. */
function service(key: string, change: Change): Edit['apply'] {
  return (document) => {
    const found = document.services[key];
    return found ? { ...document, services: { ...document.services, [key]: change(found) } } : document;
  };
}

function env(key: string, change: Change): Edit['apply'] {
  return service(key, (found) => ({ ...found, env: change((found.env ?? {}) as JsonObject) }));
}

/** An address of it goes with it. */
function removed(key: string): Edit['apply'] {
  return (document) => {
    const { [key]: _, ...services } = document.services;
    const { web } = services;
    const { BACKEND, ...others } = (web?.env ?? {}) as JsonObject;
    return { ...document, services: web && key === 'api' ? { ...services, web: { ...web, env: others } } : services };
  };
}

const rules = (changes: JsonObject): JsonObject => ({ network_rules: changes });

export const EDITS: readonly Edit[] = [
  { title: 'a larger disk', apply: section('postgresql', set({ storage_size: 128 })) },
  { title: 'a larger server', apply: section('postgresql', set({ sku: 'Standard_D4s_v3' })) },
  { title: 'more days of backup', apply: section('postgresql', set({ backup_retention_days: 14 })) },
  { title: 'a standby', apply: section('postgresql', set({ high_availability: 'same_zone' })) },
  {
    title: 'a maintenance window',
    apply: section('postgresql', set({ maintenance_window: { day: 'sunday', hour: 3 } })),
  },
  {
    title: 'a firewall rule',
    apply: section('postgresql', set({ firewall_rules: { office: { start: '203.0.113.1', end: '203.0.113.9' } } })),
  },
  { title: 'another sku of Redis', apply: section('redis', set({ sku: 'Standard', vm_size: 'c1' })) },
  { title: 'another sku of the registry', apply: section('container_registry', set({ sku: 'Premium' })) },
  {
    title: 'addresses that the vault lets in',
    apply: section('key_vault', set(rules({ ip_rules: ['203.0.113.0/24'] }))),
  },
  { title: 'no bypass of the vault', apply: section('key_vault', set(rules({ bypass: 'none' }))) },
  { title: 'a tag', apply: section('tags', set({ cost: 'low' })) },
  { title: 'another value of a tag', apply: section('tags', set({ team: 'blue' })) },
  { title: 'a tag less', apply: section('tags', without('team')) },
  { title: 'a variable', apply: env('web', set({ NEW: 'yes' })) },
  { title: 'another value of a variable', apply: env('web', set({ MODE: 'test' })) },
  { title: 'a variable less', apply: env('web', without('MODE')) },
  { title: 'a secret variable', apply: env('api', set({ OTHER_KEY: { secret: 'other_key' } })) },
  { title: 'another secret of a variable', apply: env('web', set({ PAYMENT_KEY: { secret: 'other_key' } })) },
  { title: 'a plain value instead of a secret', apply: env('web', set({ PAYMENT_KEY: 'none' })) },
  { title: 'a secret variable less', apply: env('web', without('PAYMENT_KEY')) },
  { title: 'a variable of the ready image', apply: env('cache', set({ LEVEL: 'notice' })) },
  { title: 'more replicas', apply: service('web', set({ min_replicas: 2, max_replicas: 6 })) },
  { title: 'replicas of the ready image', apply: service('cache', set({ min_replicas: 1, max_replicas: 1 })) },
  { title: 'more cpu and memory', apply: service('api', set({ cpu: 1, memory: '2Gi' })) },
  { title: 'an internal service made external', apply: service('api', set({ ingress: 'external' })) },
  { title: 'an external service made internal', apply: service('web', set({ ingress: 'internal' })) },
  { title: 'another health path', apply: service('web', set({ health_path: '/health' })) },
  {
    title: 'a liveness probe',
    apply: service('api', set({ probes: { liveness: { path: '/alive', period: 20 } } })),
  },
  { title: 'another tag of an image', apply: service('cache', set({ image: 'redis:7.4-alpine' })) },
  { title: 'another name', apply: service('api', set({ name: 'api-two' })) },
  { title: 'another name of the ready image', apply: service('cache', set({ name: 'cache-two' })) },
  { title: 'a migration', apply: service('api', set({ migration: { command: './migrate.sh' } })) },
  { title: 'a service less', apply: removed('api') },
  { title: 'the ready image less', apply: removed('cache') },
  {
    title: 'one more service',
    apply: (document) => ({
      ...document,
      services: { ...document.services, worker: { dockerfile: 'Dockerfile', port: 8080, ingress: 'none' } },
    }),
  },
];
