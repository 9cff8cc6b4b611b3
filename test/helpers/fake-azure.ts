import { cloudEndpoints } from '../../src/azure/clouds.ts';
import type {
  Arm,
  ArmOperation,
  ArmReply,
  ArmResource,
  Azure,
  ResourceManager,
  Vault,
  VaultSecret,
} from '../../src/azure/ports.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/shared/json.ts';

interface FakeWrite {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonObject;
}

/** Azure in memory: PUT makes what GET answers, and tests script everything that is out of the ordinary. */
export interface FakeAzure {
  readonly azure: Azure;
  readonly resources: Map<string, ArmResource>;
  /** Every PUT, PATCH and DELETE, in order; POSTs are in `posts`. */
  readonly writes: FakeWrite[];
  readonly posts: FakeWrite[];
  readonly secrets: Map<string, VaultSecret>;
  /** Names of secrets that are soft-deleted. */
  readonly deletedSecrets: Map<string, VaultSecret>;
  readonly vaultWrites: string[];
  /** How often each operation is polled before it has ended; 0: writes are done at once. */
  polls: number;
  /** What Azure adds to a resource it has made, by type. */
  readonly computed: Record<string, JsonObject>;
  /** Called before each request; throws to refuse it. */
  refuse: (request: FakeWrite) => void;
  /** Answers of POSTs and lists, by the end of their path. */
  readonly answers: Record<string, Json>;
  /** What DNS shows: `CNAME www.example.org` → values. */
  readonly names: Record<string, string[]>;
}

export function fakeAzure(): FakeAzure {
  const fake: FakeAzure = {
    azure: undefined as unknown as Azure,
    resources: new Map(),
    writes: [],
    posts: [],
    secrets: new Map(),
    deletedSecrets: new Map(),
    vaultWrites: [],
    polls: 0,
    computed: {},
    refuse: () => undefined,
    answers: {},
    names: {},
  };
  const arm = fakeArm(fake);
  const azure: Azure = {
    arm,
    resources: fakeResourceManager(fake),
    vault: () => fakeVault(fake),
    registry: () => ({
      uploadSource: unused('uploadSource'),
      scheduleBuild: unused('scheduleBuild'),
      build: unused('build'),
      buildLog: unused('buildLog'),
      signInToken: async () => 'token-of-the-registry',
      digestOf: async () => undefined,
      recentBuilds: async () => {
        fake.refuse({ method: 'BUILDS', path: '' });
        return [];
      },
    }),
    askPrices: async () => [],
    code: () => ({ publish: unused('publish'), progress: unused('progress'), isBusy: unused('isBusy') }),
    orchestrations: () => ({ underWay: unused('underWay') }),
    lookAtImage: async () => ({ kind: 'found', platforms: ['linux/amd64'] }),
    apps: {
      revision: async () => undefined,
      revisions: async () => [],
      secretValues: async () => new Map(),
      replicas: async () => [],
      activate: unused('activate'),
      deactivate: unused('deactivate'),
      revisionLogs: async () => ({ system: [], console: [] }),
      executions: async () => [],
      execution: async () => undefined,
      executionLog: async () => [],
    },
    logs: {
      query: async () => [],
      containers: async () => [],
      console: async function* () {},
      events: async function* () {},
    },
    probe: {
      get: async () => ({ kind: 'answered', status: 200 }),
      request: async () => ({ status: 200, body: '' }),
    },
    dns: { ask: async (name, type) => ({ kind: 'answered', values: fake.names[`${type} ${name}`] ?? [] }) },
    cloud: cloudEndpoints('AzureCloud'),
  };
  return Object.assign(fake, { azure });
}

function fakeArm(fake: FakeAzure): Arm {
  const { resources } = fake;
  const remaining = new Map<string, { polls: number; finish: () => Json }>();

  function begin(method: ArmOperation['method'], path: string, apiVersion: string, finish: () => Json): ArmReply {
    if (fake.polls === 0) return { kind: 'done', status: 200, body: finish() };
    const url = `https://management.azure.com/operations/${remaining.size}`;
    remaining.set(url, { polls: fake.polls, finish });
    const operation = { method, path, apiVersion, mode: 'status', url, startedAt: '2026-01-01T00:00:00.000Z' } as const;
    return { kind: 'started', operation, retryAfterInSeconds: 7 };
  }

  function keep(path: string, body: JsonObject): ArmResource {
    const type = typeOf(path);
    const { properties, ...rest } = fake.computed[type] ?? {};
    const resource: ArmResource = {
      ...withoutSecrets(body),
      ...rest,
      id: path,
      type,
      properties: { ...asObject(withoutSecrets(body).properties), ...asObject(properties) },
    };
    resources.set(path.toLowerCase(), resource);
    return resource;
  }

  return {
    async get(path) {
      fake.refuse({ method: 'GET', path });
      const found = resources.get(path.toLowerCase());
      return found && structuredClone(found);
    },
    async list(path) {
      fake.refuse({ method: 'LIST', path });
      return (answerFor(fake, path) ?? []) as unknown as ArmResource[];
    },
    async put(path, apiVersion, body) {
      fake.refuse({ method: 'PUT', path, body });
      fake.writes.push({ method: 'PUT', path, body });
      return begin('PUT', path, apiVersion, () => keep(path, body));
    },
    async patch(path, apiVersion, body) {
      fake.refuse({ method: 'PATCH', path, body });
      fake.writes.push({ method: 'PATCH', path, body });
      return begin('PATCH', path, apiVersion, () => {
        const live = resources.get(path.toLowerCase()) ?? { id: path };
        return keep(path, {
          ...live,
          ...body,
          properties: { ...asObject(live.properties), ...asObject(body.properties) },
        });
      });
    },
    async post(path, _apiVersion, body) {
      fake.refuse({ method: 'POST', path, ...(body && { body }) });
      fake.posts.push({ method: 'POST', path, ...(body && { body }) });
      return { kind: 'done', status: 200, body: answerFor(fake, path) ?? {} };
    },
    async delete(path, apiVersion) {
      fake.refuse({ method: 'DELETE', path });
      fake.writes.push({ method: 'DELETE', path });
      return begin('DELETE', path, apiVersion, () => {
        resources.delete(path.toLowerCase());
        return null;
      });
    },
    async poll({ url }) {
      fake.refuse({ method: 'POLL', path: url });
      const operation = remaining.get(url);
      if (!operation) throw new Error(`no operation ${url}`);
      operation.polls -= 1;
      if (operation.polls > 0) return { kind: 'running', retryAfterInSeconds: 7 };
      remaining.delete(url);
      return { kind: 'succeeded', body: operation.finish() };
    },
  };
}

function fakeResourceManager(fake: FakeAzure): ResourceManager {
  const registered = new Set<string>();
  return {
    principal: async () => ({ tenantId: 'tenant', objectId: 'deployer' }),
    subscriptions: async () =>
      (fake.answers.subscriptions as never) ?? [{ id: 'sub', displayName: 'Only one', state: 'Enabled' }],
    async providerState(_subscription, namespace) {
      return registered.has(namespace) ? 'Registered' : String(fake.answers.providerState ?? 'Registered');
    },
    async registerProvider(_subscription, namespace) {
      fake.posts.push({ method: 'REGISTER', path: namespace });
      if (fake.answers.registersAtOnce !== false) registered.add(namespace);
    },
    // A group is not among its own resources.
    listGroup: async () =>
      [...fake.resources.values()].filter(({ type }) => type !== 'Microsoft.Resources/resourceGroups'),
  };
}

function fakeVault(fake: FakeAzure): Vault {
  return {
    async get(name) {
      fake.refuse({ method: 'SECRET', path: name });
      return fake.secrets.get(name);
    },
    async list() {
      return [...fake.secrets.values()].map(({ name }) => ({ name, enabled: true }));
    },
    async inspect(name) {
      const found = fake.secrets.get(name);
      return found && { id: found.id, enabled: true, text: 'plain' };
    },
    async set(name, value, tags = {}) {
      const versions = fake.vaultWrites.push(name);
      const secret = { name, value, tags, id: `https://kv.vault.azure.net/secrets/${name}/v${versions}` };
      fake.secrets.set(name, secret);
      return secret;
    },
    async recover(name) {
      const deleted = fake.deletedSecrets.get(name);
      if (!deleted) return false;
      fake.deletedSecrets.delete(name);
      fake.secrets.set(name, deleted);
      return true;
    },
  };
}

function answerFor({ answers }: FakeAzure, path: string): Json | undefined {
  const key = Object.keys(answers).find((end) => path.endsWith(end));
  return key === undefined ? undefined : answers[key];
}

/** What Azure never answers. */
function withoutSecrets(body: JsonObject): JsonObject {
  const { administratorLoginPassword: _, createMode: __, ...properties } = asObject(body.properties);
  return { ...body, properties };
}

function typeOf(path: string): string {
  const parts = path.split('/providers/').at(-1)?.split('/') ?? [];
  if (!path.includes('/providers/')) return 'Microsoft.Resources/resourceGroups';
  return [parts[0], ...parts.slice(1).filter((_, index) => index % 2 === 0)].join('/');
}

function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function unused(name: string): () => Promise<never> {
  return async () => {
    throw new Error(`${name} is not part of this fake`);
  };
}
