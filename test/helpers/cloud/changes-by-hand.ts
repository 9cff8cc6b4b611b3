import type { Arm, ArmReply, ArmResource } from '../../../src/azure/ports.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../src/shared/json.ts';

/** What somebody did to a deployed example application, past its deployer, by plain ARM calls. */
export interface ChangeByHand {
  readonly title: string;
  make(hand: Hand): Promise<void>;
  /** Resource and field of the drift: all of it, in any order. */
  readonly drift: readonly string[];
  /** What was found, where it has to be said in so many words. */
  readonly found?: string;
  /** The configuration says nothing of it, so a repair leaves it. */
  readonly stays?: true;
}

/** Reads and writes below the deployment's resource group. */
export interface Hand {
  get(path: string, apiVersion: string): Promise<ArmResource>;
  put(path: string, apiVersion: string, body: JsonObject): Promise<void>;
  patch(path: string, apiVersion: string, body: JsonObject): Promise<void>;
  remove(path: string, apiVersion: string): Promise<void>;
  post(path: string, apiVersion: string): Promise<void>;
}

export function handOf(arm: Arm, group: string): Hand {
  const id = (path: string): string => (path === '' ? group : `${group}/providers/${path}`);
  async function finish(reply: ArmReply): Promise<void> {
    if (reply.kind === 'done') return;
    for (let look = 0; look < 100; look += 1) if ((await arm.poll(reply.operation)).kind === 'succeeded') return;
    throw new Error('the operation did not end');
  }
  return {
    async get(path, apiVersion) {
      const found = await arm.get(id(path), apiVersion);
      if (!found) throw new Error(`there is no ${path}`);
      return found;
    },
    put: async (path, apiVersion, body) => finish(await arm.put(id(path), apiVersion, body)),
    patch: async (path, apiVersion, body) => finish(await arm.patch(id(path), apiVersion, body)),
    remove: async (path, apiVersion) => finish(await arm.delete(id(path), apiVersion)),
    post: async (path, apiVersion) => finish(await arm.post(id(path), apiVersion)),
  };
}

const APPS = '2026-01-01';
const POSTGRES = '2025-08-01';
const app = (name: string): string => `Microsoft.App/containerApps/${name}`;

/** The first container of an app's template, changed; somebody's own revision comes of it. */
async function changeTemplate(
  hand: Hand,
  name: string,
  change: (container: JsonObject, template: JsonObject) => void,
): Promise<void> {
  const live = await hand.get(app(name), APPS);
  const template = structuredClone(jsonAt(live, 'properties.template')) as JsonObject;
  const [container] = template.containers as JsonObject[];
  if (container) change(container, template);
  await hand.patch(app(name), APPS, { properties: { template: { ...template, revisionSuffix: 'by-hand' } } });
}

function variable(container: JsonObject, name: string): JsonObject {
  const env = (container.env as Json[]).filter(isJsonObject);
  const found = env.find((one) => one.name === name);
  if (!found) throw new Error(`no variable ${name}`);
  return found;
}

const configuration = (settings: JsonObject): JsonObject => ({ properties: { configuration: settings } });

export const CHANGES_BY_HAND: readonly ChangeByHand[] = [
  {
    title: 'a tag of the resource group',
    make: (hand) => hand.patch('', '2025-04-01', { tags: { Project: 'other' } }),
    drift: ['resource-group tags.Project'],
  },
  {
    title: 'our own tag taken from the vault',
    async make(hand) {
      const { tags } = await hand.get('Microsoft.KeyVault/vaults/draftgenie-example-kv', '2026-02-01');
      const { 'managed-by': _, ...others } = tags as JsonObject;
      await hand.patch('Microsoft.KeyVault/vaults/draftgenie-example-kv', '2026-02-01', {
        tags: { ...others, 'managed-by': null },
      });
    },
    drift: ['key-vault tags.managed-by'],
  },
  {
    title: 'retention of the logs',
    make: (hand) =>
      hand.patch('Microsoft.OperationalInsights/workspaces/draftgenie-logs', '2026-03-01', {
        properties: { retentionInDays: 90 },
      }),
    drift: ['workspace properties.retentionInDays'],
    stays: true,
  },
  {
    title: 'a log category switched off',
    async make(hand) {
      const path =
        'Microsoft.App/managedEnvironments/draftgenie-env/providers/Microsoft.Insights/diagnosticSettings/to-log-analytics';
      const live = await hand.get(path, '2021-05-01-preview');
      const logs = (jsonAt(live, 'properties.logs') as JsonObject[]).map((one) =>
        one.category === 'ContainerAppSystemLogs' ? { ...one, enabled: false } : one,
      );
      await hand.put(path, '2021-05-01-preview', {
        properties: { workspaceId: jsonAt(live, 'properties.workspaceId') ?? null, logs, metrics: [] },
      });
    },
    drift: ['environment:diagnostics properties.logs[ContainerAppSystemLogs].enabled'],
    stays: true,
  },
  {
    title: 'the admin user of the registry',
    make: (hand) =>
      hand.patch('Microsoft.ContainerRegistry/registries/draftgenieexampleacr', '2025-11-01', {
        properties: { adminUserEnabled: true },
      }),
    drift: ['registry properties.adminUserEnabled'],
  },
  {
    title: 'the address range of the firewall rule',
    make: (hand) =>
      hand.put(
        'Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg/firewallRules/allow-azure-services',
        POSTGRES,
        { properties: { startIpAddress: '0.0.0.0', endIpAddress: '255.255.255.255' } },
      ),
    drift: ['postgresql:firewall properties.endIpAddress'],
  },
  {
    title: 'the database, deleted',
    make: (hand) =>
      hand.remove('Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg/databases/draftgenie', POSTGRES),
    drift: ['postgresql:database'],
  },
  {
    title: 'TLS that the database server no longer asks for (seen: 8)',
    make: (hand) =>
      hand.put(
        'Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg/configurations/require_secure_transport',
        POSTGRES,
        { properties: { value: 'off', source: 'user-override' } },
      ),
    drift: ['postgresql:require_secure_transport properties.value'],
  },
  {
    title: 'another parameter of the database server',
    make: (hand) =>
      hand.put('Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg/configurations/work_mem', POSTGRES, {
        properties: { value: '65536', source: 'user-override' },
      }),
    drift: ['postgresql configurations[work_mem]'],
    stays: true,
  },
  {
    title: 'a firewall rule for every address beside ours (seen: 8)',
    make: (hand) =>
      hand.put('Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg/firewallRules/everybody', POSTGRES, {
        properties: { startIpAddress: '0.0.0.0', endIpAddress: '255.255.255.255' },
      }),
    drift: ['postgresql firewallRules[everybody]'],
    found: '0.0.0.0 to 255.255.255.255, which opens the server to the world',
  },
  {
    title: 'a database beside ours',
    make: (hand) =>
      hand.put('Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg/databases/reports', POSTGRES, {
        properties: { charset: 'UTF8', collation: 'en_US.utf8' },
      }),
    drift: ['postgresql databases[reports]'],
    stays: true,
  },
  {
    title: 'backup of the database server',
    make: (hand) =>
      hand.patch('Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg', POSTGRES, {
        properties: { backup: { backupRetentionDays: 35 } },
      }),
    drift: ['postgresql properties.backup.backupRetentionDays'],
    stays: true,
  },
  {
    title: 'eviction in Redis',
    async make(hand) {
      const path = 'Microsoft.Cache/redisEnterprise/draftgenie-example-redis/databases/default';
      await hand.patch(path, '2025-07-01', { properties: { evictionPolicy: 'NoEviction' } });
    },
    drift: ['redis:database properties.evictionPolicy'],
    stays: true,
  },
  {
    title: 'the image of an app',
    make: (hand) =>
      changeTemplate(hand, 'rag-service', (container) => {
        container.image = 'docker.io/library/nginx:1';
      }),
    drift: ['app:rag_service properties.template.containers[rag-service].image'],
  },
  {
    title: 'a variable of an app',
    make: (hand) =>
      changeTemplate(hand, 'draft-service', (container) => {
        variable(container, 'LOG_LEVEL').value = 'debug';
      }),
    drift: ['app:draft_service properties.template.containers[draft-service].env[LOG_LEVEL].value'],
  },
  {
    title: 'the scale of an app',
    make: (hand) =>
      changeTemplate(hand, 'speaker-service', (_, template) => {
        template.scale = { minReplicas: 1, maxReplicas: 9 };
      }),
    drift: ['app:speaker_service properties.template.scale.maxReplicas'],
  },
  {
    title: 'the version of a secret that an app reads',
    async make(hand) {
      const live = await hand.get(app('evaluation-service'), APPS);
      const secrets = (jsonAt(live, 'properties.configuration.secrets') as JsonObject[]).map(
        ({ name, keyVaultUrl, identity }): JsonObject => ({
          name: name ?? '',
          keyVaultUrl: name === 'database-url' ? String(keyVaultUrl).replace(/\/[^/]+$/, '') : (keyVaultUrl ?? ''),
          identity: identity ?? '',
        }),
      );
      await hand.patch(app('evaluation-service'), APPS, configuration({ secrets }));
    },
    drift: ['app:evaluation_service properties.configuration.secrets[database-url].keyVaultUrl'],
  },
  {
    title: 'an internal app made external',
    make: (hand) => hand.patch(app('rag-service'), APPS, configuration({ ingress: { external: true } })),
    drift: ['app:rag_service properties.configuration.ingress.external'],
  },
  {
    title: 'traffic of an app, half of it to a revision of somebody else',
    async make(hand) {
      const live = await hand.get(app('api-gateway'), APPS);
      const serving = String(jsonAt(live, 'properties.latestRevisionName'));
      await changeTemplate(hand, 'api-gateway', (container) => {
        variable(container, 'LOG_LEVEL').value = 'debug';
      });
      const traffic = [
        { revisionName: serving, weight: 50 },
        { revisionName: 'api-gateway--by-hand', weight: 50 },
      ];
      await hand.patch(app('api-gateway'), APPS, configuration({ ingress: { traffic } }));
    },
    drift: [
      'app:api_gateway properties.configuration.ingress.traffic',
      'app:api_gateway properties.template.containers[api-gateway].env[LOG_LEVEL].value',
    ],
  },
  {
    title: 'the revision that serves, stopped',
    async make(hand) {
      const live = await hand.get(app('draft-service'), APPS);
      const serving = String(jsonAt(live, 'properties.latestRevisionName'));
      await hand.post(`${app('draft-service')}/revisions/${serving}/deactivate`, APPS);
    },
    drift: ['app:draft_service revisions[SERVING].active'],
  },
  {
    title: 'how many old revisions an app keeps',
    make: (hand) => hand.patch(app('speaker-service'), APPS, configuration({ maxInactiveRevisions: 77 })),
    drift: ['app:speaker_service properties.configuration.maxInactiveRevisions'],
    stays: true,
  },
  {
    title: 'the revision mode of an app',
    make: (hand) => hand.patch(app('api-gateway'), APPS, configuration({ activeRevisionsMode: 'Single' })),
    drift: ['app:api_gateway properties.configuration.activeRevisionsMode'],
  },
  {
    title: 'the port of an infrastructure service',
    make: (hand) =>
      hand.patch(app('qdrant'), APPS, configuration({ ingress: { targetPort: 6334, exposedPort: 6334 } })),
    drift: [
      'app:qdrant properties.configuration.ingress.targetPort',
      'app:qdrant properties.configuration.ingress.exposedPort',
    ],
  },
  {
    title: 'an infrastructure service, deleted',
    make: (hand) => hand.remove(app('rabbitmq'), APPS),
    drift: ['app:rabbitmq'],
  },
  {
    title: 'the time limit of a migration job',
    stays: true,
    make: (hand) => hand.patch('Microsoft.App/jobs/draft-service-migrate', APPS, configuration({ replicaTimeout: 60 })),
    drift: ['job:draft_service properties.configuration.replicaTimeout'],
  },
  {
    title: 'a role that is assigned under another id, which is as good (seen: 8)',
    async make(hand) {
      const assignments =
        'Microsoft.KeyVault/vaults/draftgenie-example-kv/providers/Microsoft.Authorization/roleAssignments';
      const live = await hand.get(assignments, '2022-04-01');
      const role = (live.value as JsonObject[]).find((one) =>
        String(jsonAt(one, 'properties.roleDefinitionId')).endsWith('4633458b-17de-408a-b874-0445c86b69e6'),
      );
      await hand.remove(`${assignments}/${String(role?.name)}`, '2022-04-01');
      await hand.put(`${assignments}/11111111-2222-4333-8444-555555555555`, '2022-04-01', {
        properties: {
          roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6',
          principalId: jsonAt(role ?? {}, 'properties.principalId') ?? '',
          principalType: 'ServicePrincipal',
        },
      });
    },
    drift: [],
  },
  {
    title: 'what was added to an app: a secret, a variable and a container (seen: 8)',
    async make(hand) {
      const name = 'evaluation-service';
      const live = await hand.get(app(name), APPS);
      const secrets = (jsonAt(live, 'properties.configuration.secrets') as JsonObject[]).map(
        (one): JsonObject => ({
          name: one.name ?? '',
          keyVaultUrl: one.keyVaultUrl ?? '',
          identity: one.identity ?? '',
        }),
      );
      await hand.patch(
        app(name),
        APPS,
        configuration({ secrets: [...secrets, { name: 'partner-token', value: 'added-by-hand' }] }),
      );
      await changeTemplate(hand, name, (container, template) => {
        (container.env as Json[]).push({ name: 'PARTNER', value: 'added-by-hand' });
        (template.containers as Json[]).push({
          name: 'helper',
          image: 'docker.io/library/nginx:1',
          resources: { cpu: 0.25, memory: '0.5Gi' },
        });
      });
    },
    drift: [
      'app:evaluation_service properties.configuration.secrets[partner-token]',
      'app:evaluation_service properties.template.containers[helper]',
      'app:evaluation_service properties.template.containers[evaluation-service].env[PARTNER]',
    ],
    stays: true,
  },
  {
    // The last one: without it no image can be pulled.
    title: 'a role assignment, deleted',
    async make(hand) {
      const scope = 'Microsoft.ContainerRegistry/registries/draftgenieexampleacr';
      const live = await hand.get(`${scope}/providers/Microsoft.Authorization/roleAssignments`, '2022-04-01');
      const role = (live.value as JsonObject[]).find((one) =>
        String(jsonAt(one, 'properties.roleDefinitionId')).endsWith('7f951dda-4ed3-4680-a7ca-43fe172d538d'),
      );
      await hand.remove(
        `${scope}/providers/Microsoft.Authorization/roleAssignments/${String(role?.name)}`,
        '2022-04-01',
      );
    },
    drift: ['role:acr-pull'],
  },
];
