import { isJsonObject, jsonAt } from '../../../../src/shared/json.ts';
import type { Group } from '../group.ts';
import {
  APP,
  added,
  changed,
  ENVIRONMENT,
  inGroup,
  one,
  REGISTRY,
  revised,
  type Variation,
  varied,
  withConfiguration,
  without,
  withTemplate,
  withVariable,
} from './vary.ts';

/** `az containerapp create` names the secret of a registry's password after server and user. */
function secretOfRegistry(group: Group): string {
  const name = one(group, REGISTRY).id.split('/').at(-1) ?? '';
  return `${name}azurecrio-${name}`;
}

export const MADE_BY_CLI: Variation = (group) =>
  changed(
    APP,
    withConfiguration((configuration) => {
      const secret = secretOfRegistry(group);
      const registries = Array.isArray(configuration.registries) ? configuration.registries.filter(isJsonObject) : [];
      return {
        secrets: [{ name: secret, value: 'fakepw' }],
        registries: registries.map((registry) => ({ ...registry, identity: '', passwordSecretRef: secret })),
      };
    }),
  )(group);

export const HALF_AND_HALF: Variation = (group) =>
  varied(group, [
    changed(
      APP,
      withConfiguration(() => ({
        activeRevisionsMode: 'Multiple',
        ingress: {
          external: true,
          targetPort: 3000,
          transport: 'auto',
          traffic: [
            { revisionName: 'api-gateway--v1', weight: 50, label: 'blue' },
            { revisionName: 'api-gateway--v2', weight: 50, label: 'green' },
          ],
          customDomains: [{ name: 'notes.example.com', bindingType: 'Disabled' }],
        },
      })),
      'api-gateway',
    ),
    changed(
      APP,
      withTemplate((template) => ({ ...template, revisionSuffix: 'v2' })),
      'api-gateway',
    ),
    revised('api-gateway', [
      {
        suffix: 'v1',
        active: true,
        template: (template) => withVariable({ ...template, revisionSuffix: 'v1' }, { name: 'FLAG', value: 'old' }),
      },
      { suffix: 'v2', active: true },
    ]),
  ]);

/** An old revision that was stopped still names a secret of its own. */
export const STOPPED_READER: Variation = (group) =>
  varied(group, [
    changed(
      APP,
      (body) =>
        withConfiguration((configuration) => ({
          activeRevisionsMode: 'Multiple',
          secrets: [
            ...(Array.isArray(configuration.secrets) ? configuration.secrets : []),
            { name: 'old-key', value: 'sk-old-000222' },
          ],
          ingress: {
            ...(isJsonObject(configuration.ingress) ? configuration.ingress : {}),
            traffic: [{ latestRevision: true, weight: 100 }],
          },
        }))(body),
      'draft-service',
    ),
    revised('draft-service', [
      {
        suffix: 'aaaaaaa',
        active: false,
        template: (template) => withVariable(template, { name: 'OLD_KEY', secretRef: 'old-key' }),
      },
      { suffix: 'bbbbbbb', active: true },
    ]),
  ]);

export const SCALED_TO_ZERO = changed(
  APP,
  withTemplate(() => ({ scale: { minReplicas: 0, maxReplicas: 2 } })),
  'evaluation-service',
);

/** An app of other people in the environment and the group, which pulls by the admin user of the registry. */
export const OTHERS_APP = added((group) => {
  const environment = one(group, ENVIRONMENT).id;
  const registry = String(jsonAt(one(group, REGISTRY).body, 'properties.loginServer'));
  const username = registry.split('.')[0] ?? '';
  return [
    inGroup(group, APP, 'status-page', {
      tags: { team: 'support' },
      properties: {
        environmentId: environment,
        configuration: {
          activeRevisionsMode: 'Single',
          ingress: { external: true, targetPort: 8080, transport: 'auto' },
          secrets: [{ name: 'reg-pswd-0a1b2c3d', value: 'fakepw' }],
          registries: [{ server: registry, username, passwordSecretRef: 'reg-pswd-0a1b2c3d' }],
        },
        template: {
          containers: [
            { name: 'status-page', image: `${registry}/status-page:latest`, resources: { cpu: 0.25, memory: '0.5Gi' } },
          ],
          scale: { minReplicas: 1, maxReplicas: 1 },
        },
      },
    }),
  ];
});

export const OWN_PROFILES = changed(ENVIRONMENT, {
  properties: {
    workloadProfiles: [
      { name: 'Consumption', workloadProfileType: 'Consumption' },
      { name: 'heavy', workloadProfileType: 'D4', minimumCount: 1, maximumCount: 3 },
    ],
    zoneRedundant: true,
    appLogsConfiguration: {
      destination: 'log-analytics',
      logAnalyticsConfiguration: { customerId: '2cf0a5ef-b219-4594-af4a-e02780bef004' },
    },
  },
});

export const ON_A_PROFILE = changed(APP, { properties: { workloadProfileName: 'heavy' } }, 'rag-service');

export const NO_APPS = without(({ type }) => type === APP);
