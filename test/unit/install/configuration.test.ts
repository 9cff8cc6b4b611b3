import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { outputReference } from '../../../src/domain/outputs.ts';
import { configurationFile, keptFile } from '../../../src/install/configuration-file.ts';
import { INSTALL_DEFAULTS, type InstallOptions } from '../../../src/install/options.ts';
import { backendOf, hostJsonWithScheduler, TASK_HUB } from '../../../src/install/scheduler.ts';
import { costOf } from '../../../src/resources/registry.ts';
import { GRANTED_ROLES } from '../../../src/resources/role-assignment.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { resourceSchema } from '../../helpers/recorded/resource-schemas.ts';

const BASE: InstallOptions = {
  ...INSTALL_DEFAULTS,
  name: 'shop-deployer',
  location: 'westeurope',
  resourceGroup: 'shop-deployer',
};

const EVERYTHING: InstallOptions = {
  ...BASE,
  subscription: '00000000-0000-0000-0000-000000000001',
  deploysTo: ['shop-rg', 'other.rg'],
  secrets: { GEMINI_API_KEY: 'gemini' },
  entraApp: '11111111-2222-3333-4444-555555555555',
  allow: ['203.0.113.0/24'],
  github: { repository: 'shop/shop', subject: 'repo:shop@1/shop@2:environment:production' },
};

function configOf(options: InstallOptions) {
  const result = parseConfig(configurationFile(options), { allowUnknownKeys: false, environment: 'deployer' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed;
}

/** All that the steps want, with a value of the right form for each output. */
function wanted(options: InstallOptions) {
  const { config } = configOf(options);
  const input = {
    environment: 'deployer',
    config,
    outputs: {
      read: (...asked: Parameters<typeof outputReference>[0]) => {
        const { output } = outputReference(asked);
        if (/(?:principalId|PrincipalId|ClientId|tenantId|subscriptionId|principal_id|client_id)$/.test(output))
          return '33333333-3333-3333-3333-333333333333';
        if (/\.(?:blob|queue|table)$/.test(output))
          return `https://shopdeployerst.${output.split('.').at(-1)}.core.windows.net/`;
        if (output === 'principalType') return 'ServicePrincipal';
        if (output.endsWith('Id')) return `/subscriptions/s/resourceGroups/shop-deployer/providers/${output}`;
        return output;
      },
    },
  };
  return createSteps().flatMap((step) => step.desire(input as never));
}

const bodyOf = (options: InstallOptions, key: string): Json =>
  wanted(options).find((one) => one.key === `resource:${key}`)?.body ?? null;

describe('the configuration of an installation', () => {
  it('is one without warnings, whatever is asked for', () => {
    for (const options of [BASE, EVERYTHING, { ...BASE, uploads: false }])
      expect(configOf(options).warnings).toEqual([]);
  });

  it.each([BASE, { ...EVERYTHING, backend: 'durable-task-scheduler' as const }])(
    'has bodies that Azure’s schemas take',
    (options) => {
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      const checked = wanted(options).flatMap(({ kind, id, body }) => {
        const name = id.slice(id.lastIndexOf('/') + 1);
        const [type, version] = [kind.type, kind.apiVersion];
        const schema = resourceSchema(`${type}/${name}`, version) ?? resourceSchema(type, version);
        if (!schema) return [];
        const validate = ajv.getSchema(schema.$id) ?? ajv.compile(schema);
        return [{ key: `${type}/${name}`, errors: validate(body) ? [] : validate.errors }];
      });
      expect(checked.filter(({ errors }) => errors?.length)).toEqual([]);
      const types = new Set(checked.map(({ key }) => key.split('/').slice(0, 2).join('/')));
      expect([...types]).toEqual(
        expect.arrayContaining([
          ...['Microsoft.Storage/storageAccounts', 'Microsoft.Web/sites', 'Microsoft.Web/serverfarms'],
          ...[
            'Microsoft.EventGrid/systemTopics',
            'Microsoft.Insights/components',
            'Microsoft.Authorization/roleAssignments',
          ],
          ...(options.backend ? ['Microsoft.DurableTask/schedulers'] : []),
        ]),
      );
    },
  );

  it('lets the app grant the roles that deployments grant, and take those back', () => {
    const condition = String(jsonAt(bodyOf(BASE, 'may-grant'), 'properties.condition'));
    const lists = [...condition.matchAll(/GuidEquals \{([^}]*)\}/g)].map(([, list = '']) =>
      list.split(', ').toSorted(),
    );
    expect(lists).toEqual([Object.values(GRANTED_ROLES).toSorted(), Object.values(GRANTED_ROLES).toSorted()]);
    expect(condition).toMatch(/roleAssignments\/write.*@Request.*roleAssignments\/delete.*@Resource/);
  });

  it('lets the app deploy to the subscription, or to the groups that were named and nowhere else', () => {
    const scopes = (options: InstallOptions) =>
      wanted(options)
        .filter(({ key }) => /^resource:may-(?:deploy|grant)/.test(key))
        .map(({ id }) => id.split('/providers/')[0]);
    const subscription = '/subscriptions/33333333-3333-3333-3333-333333333333';
    expect(scopes(BASE)).toEqual([subscription, subscription]);
    const groups = ['shop-rg', 'other.rg'].map((group) => `${subscription}/resourceGroups/${group}`);
    expect(scopes(EVERYTHING)).toEqual(groups.flatMap((group) => [group, group]));
  });

  it('opens the storage with no key, and holds no secret', () => {
    expect(jsonAt(bodyOf(BASE, 'storage'), 'properties.allowSharedKeyAccess')).toBe(false);
    const settings = jsonAt(bodyOf(EVERYTHING, 'settings'), 'properties');
    expect(settings).toMatchObject({
      AzureWebJobsStorage__credential: 'managedidentity',
      DRAFTGENIE_SECRET_GEMINI_API_KEY: '@Microsoft.KeyVault(VaultName=shop-deployer-kv;SecretName=gemini)',
    });
    const names = Object.keys(isJsonObject(settings) ? settings : {});
    // A Flex Consumption plan refuses these: https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
    expect(names.filter((name) => /^(?:WEBSITE_|FUNCTIONS_WORKER_RUNTIME|AzureWebJobsStorage$)/.test(name))).toEqual(
      [],
    );
  });

  it('has the scheduler, its one hub and its role where that keeps orchestrations, and of the storage no tables', () => {
    const scheduled: InstallOptions = { ...BASE, backend: 'durable-task-scheduler' };
    const keysOf = (options: InstallOptions) => wanted(options).map(({ key }) => key.replace('resource:', ''));
    const [without, withIt] = [keysOf(BASE), keysOf(scheduled)];
    expect(withIt.filter((key) => !without.includes(key))).toEqual(['scheduler', 'task-hub', 'may-use-task-hub']);
    expect(without.filter((key) => !withIt.includes(key))).toEqual(['may-write-tables']);
    const settings = JSON.stringify(bodyOf(scheduled, 'settings'));
    expect(settings).toContain('Authentication=ManagedIdentity;ClientID=33333333');
    expect(settings).not.toContain('tableServiceUri');
    expect([BASE, scheduled].map((options) => backendOf(configOf(options).config))).toEqual([
      'azure-storage',
      'durable-task-scheduler',
    ]);
    expect(configurationFile({ ...BASE, backend: 'azure-storage' })).toContain('backend: azure-storage');
  });

  it('has a host.json that differs in where orchestrations are kept, and a hub of the name that it says', () => {
    const own = JSON.parse(readFileSync(new URL('../../../host.json', import.meta.url), 'utf8')) as JsonObject;
    const other = hostJsonWithScheduler(own);
    expect([own, other].map((file) => jsonAt(file, 'extensions.durableTask.hubName'))).toEqual([TASK_HUB, TASK_HUB]);
    expect(jsonAt(other, 'extensions.durableTask')).toEqual({
      ...(jsonAt(own, 'extensions.durableTask') as JsonObject),
      storageProvider: {
        type: 'azureManaged',
        connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING',
      },
    });
    expect({ ...other, extensionBundle: 0, extensions: 0 }).toEqual({ ...own, extensionBundle: 0, extensions: 0 });
  });

  it('asks for what is under way behind its sign-in only where somebody has chosen a backend', () => {
    const open = (options: InstallOptions) => JSON.stringify(bodyOf(options, 'sign-in'));
    expect(open(EVERYTHING)).not.toContain('durabletask');
    expect(open({ ...EVERYTHING, backend: 'azure-storage' })).toContain('/runtime/webhooks/durabletask/instances');
  });

  it('lets events in where networks are limited, and not where there are no uploads', () => {
    const addresses = (options: InstallOptions) =>
      JSON.stringify(jsonAt(bodyOf(options, 'web'), 'properties.ipSecurityRestrictions') ?? null);
    expect(addresses(EVERYTHING)).toMatch(/203\.0\.113\.0\/24.*AzureEventGrid/);
    expect(addresses({ ...EVERYTHING, uploads: false })).not.toContain('AzureEventGrid');
    expect(addresses(BASE)).toBe('null');
  });
});

describe('the file of an installation', () => {
  it('tells what it was made of, until somebody edits it', () => {
    const text = configurationFile(EVERYTHING);
    expect(keptFile(text)).toEqual({ kind: 'kept', options: EVERYTHING });
    expect(keptFile(text.replace('westeurope', 'northeurope'))).toEqual({ kind: 'edited' });
    expect(keptFile('azure: {}\n')).toEqual({ kind: 'foreign' });
  });
});

it('has a price, or why there is none, for all that it makes', () => {
  const scheduled: InstallOptions = { ...EVERYTHING, backend: 'durable-task-scheduler' };
  const types = Object.values(configOf(scheduled).config.resources ?? {}).map(({ type }) => type);
  expect(types.filter((type) => costOf(type) === undefined)).toEqual([]);
});
