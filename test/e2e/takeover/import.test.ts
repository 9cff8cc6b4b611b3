import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import type { Azure } from '../../../src/azure/ports.ts';
import { isAccountedFor, isCompanion, readGroup } from '../../../src/cli/import/read-group.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { type GroupDraft, groupDraft } from '../../../src/init/group/group-draft.ts';
import type { LiveGroup } from '../../../src/init/group/live.ts';
import { configurationText } from '../../../src/init/write/configuration-text.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { cloudOf } from '../../helpers/takeover/group.ts';
import { originalGroup, SECRETS } from '../../helpers/takeover/original-deployment.ts';
import { tempFolder } from '../../helpers/temp.ts';

let simulator: Simulator;
let azure: Azure;
let group: LiveGroup;
let folder: Awaited<ReturnType<typeof tempFolder>>;

beforeAll(async () => {
  folder = await tempFolder();
  const stateFile = join(folder.path, 'cloud.json');
  await writeFile(stateFile, JSON.stringify(cloudOf(await originalGroup())));
  simulator = await startSimulator({ profile: 'instant', stateFile });
  const cloud = cloudEndpoints('AzureCloud');
  const transport = createTransport({ connectTo: simulator });
  const credential = await clientSecretCredential(simulator, cloud, transport);
  azure = connectAzure({ cloud, credential, transport, keepSecret: () => undefined });
  ({ group } = await readGroup(azure, simulator.subscriptionId, 'draftgenie-rg', (all) => ({ group: all })));
});

afterAll(async () => {
  await simulator.close();
  await folder.remove();
});

function draft(environment?: string, changed: LiveGroup = group): GroupDraft {
  return groupDraft(changed, { environment, isAccountedFor, isCompanion });
}

function made(changed?: LiveGroup) {
  const result = draft(undefined, changed);
  if (!result.ok) throw new Error(`the environments are ${result.environments.join(', ')}`);
  const text = configurationText(result.draft, { lines: [] });
  return { ...result, text, parsed: parseConfig(text) };
}

describe('the group that the original script left', () => {
  it('becomes a configuration that is right, and says what it is made of', () => {
    const { parsed } = made();
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { config } = parsed.parsed;
    expect(config).toMatchObject({
      azure: { resourceGroup: 'draftgenie-rg', location: 'eastus', projectName: 'draftgenie' },
      containerRegistry: { name: 'draftgenieacr', sku: 'Basic' },
      keyVault: { name: 'draftgenie-kv' },
      monitoring: { logWorkspace: 'draftgenie-logs', appInsights: 'draftgenie-insights' },
      postgresql: { serverName: 'draftgenie-postgres', databaseName: 'draftgenie', adminUser: 'draftgenieadmind1b5e8' },
      redis: { name: 'draftgenie-redis', sku: 'Basic', vmSize: 'c0', kind: 'classic' },
      containerApps: { environmentName: 'draftgenie-env' },
    });
    const services = [...config.services.infrastructure, ...config.services.application];
    expect(services.map(({ name, port, ingress, maxReplicas }) => [name, port, ingress, maxReplicas])).toEqual(
      expect.arrayContaining([
        ['rabbitmq', 5672, 'internal', 1],
        ['rag-service', 3003, 'internal', 3],
        ['api-gateway', 3000, 'external', 5],
      ]),
    );
  });

  it('has no secret in it: those of the vault are named, others are asked for', () => {
    const { text, draft: written } = made();
    const values = [...Object.values(SECRETS), 'fakepw', 'Jq7PO3e0tJif', 'HuvRGT0u1xIN', 'classickey'];
    expect(values.filter((value) => text.includes(value))).toEqual([]);
    expect(written.config.secrets).toMatchObject({
      jwt_secret: 'keyvault:JWT-SECRET',
      gemini_api_key: 'keyvault:GEMINI-API-KEY',
      rabbitmq_default_pass: 'env:RABBITMQ_DEFAULT_PASS',
    });
    const told = written.leftovers
      .filter(({ file }) => file === 'secrets')
      .map(({ key, text: why }) => `${key} ${why}`);
    expect(told).toContainEqual(
      expect.stringMatching(/^jwt_secret in plain text in JWT_SECRET of .*which have 2 values now/),
    );
    expect(text).toContain('flexibleServers/firewallRules AllowAll: opens the server to the world');
  });

  it('tells what it cannot say, with the names of the fields, and of what it has no section for', () => {
    const changed = {
      ...group,
      resources: [
        ...group.resources.map((one) =>
          one.name === 'api-gateway'
            ? { ...one, body: { ...one.body, properties: withDapr(one.body.properties as object) } }
            : one,
        ),
        {
          id: '/x/providers/Microsoft.Search/searchServices/find',
          type: 'Microsoft.Search/searchServices',
          name: 'find',
          body: {},
        },
      ],
    } as LiveGroup;
    const told = made(changed).draft.leftovers.map(({ file, key, text }) => `${file} ${key}: ${text}`);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Microsoft\.App\/containerApps api-gateway: .*properties\.configuration\.dapr\.appId/),
        'Microsoft.Search/searchServices find: has no section; `resources` of the configuration may describe it',
      ]),
    );
  });

  it('with two environments asks which one is meant, and leaves the apps of the other out', () => {
    const [environment] = group.resources.filter(({ type }) => type === 'Microsoft.App/managedEnvironments');
    const other = {
      ...(environment as (typeof group.resources)[number]),
      id: `${environment?.id}-2`,
      name: 'other-env',
    };
    const two = { ...group, resources: [...group.resources, other] };
    expect(draft(undefined, two)).toEqual({ ok: false, environments: ['draftgenie-env', 'other-env'] });
    const chosen = draft('other-env', two);
    expect(chosen.ok && chosen.draft.config.services).toEqual({});
    expect(chosen.ok && chosen.draft.leftovers.filter(({ text }) => text.includes('another environment'))).toHaveLength(
      7,
    );
    const none = { ...group, resources: group.resources.filter((one) => one !== environment) };
    expect(draft(undefined, none)).toEqual({ ok: false, environments: [] });
  });

  it('is not there under another name', async () => {
    await expect(
      readGroup(azure, simulator.subscriptionId, 'nobody-rg', (all) => ({ group: all })),
    ).rejects.toMatchObject({
      code: 'group_unknown',
    });
  });
});

function withDapr(properties: object) {
  const { configuration } = properties as { configuration: object };
  return { ...properties, configuration: { ...configuration, dapr: { enabled: true, appId: 'gateway' } } };
}
