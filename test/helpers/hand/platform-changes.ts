import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { ENVIRONMENT, type HandChange, properties, REGISTRY, VAULT } from './hand-change.ts';

const DIAGNOSTICS = `${ENVIRONMENT}/providers/Microsoft.Insights/diagnosticSettings/to-log-analytics`;
const ASSIGNMENTS = `${REGISTRY}/providers/Microsoft.Authorization/roleAssignments`;
const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';

/** Group, identity, registry, vault, monitoring and the environment. */
export const PLATFORM_CHANGES: readonly HandChange[] = [
  {
    what: 'a configured tag of the group has another value',
    isOurs: true,
    request: (hand) => hand.patch('', '2025-04-01', { tags: { Project: 'other' } }),
    expected: [{ key: 'resource-group', path: 'tags.Project', says: /.*other/ }],
  },
  {
    what: 'our mark is gone from the vault',
    isOurs: true,
    request: (hand) => hand.patch(VAULT, '2026-02-01', { tags: { 'managed-by': null } }),
    expected: [{ key: 'key-vault', path: 'tags.managed-by' }],
  },
  {
    what: 'a tag of the environment has another value',
    isOurs: true,
    request: (hand) => hand.patch(ENVIRONMENT, '2026-01-01', { tags: { Environment: 'other' } }),
    expected: [{ key: 'environment', path: 'tags.Environment' }],
  },
  {
    what: 'the admin user of the registry is on',
    isOurs: true,
    request: (hand) => hand.patch(REGISTRY, '2025-11-01', properties({ adminUserEnabled: true })),
    expected: [{ key: 'registry', path: 'properties.adminUserEnabled', says: /false → true/ }],
  },
  {
    what: 'the registry has another size',
    isOurs: true,
    request: (hand) => hand.patch(REGISTRY, '2025-11-01', { sku: { name: 'Standard' } }),
    expected: [{ key: 'registry', path: 'sku.name', says: /Basic → Standard/ }],
  },
  {
    what: 'the right to pull is gone',
    isOurs: true,
    async request(hand) {
      const live = await hand.get(ASSIGNMENTS, '2022-04-01');
      const role = (live.value as JsonObject[]).find((one) =>
        String(jsonAt(one, 'properties.roleDefinitionId')).endsWith(ACR_PULL),
      );
      await hand.remove(`${ASSIGNMENTS}/${String(role?.name)}`, '2022-04-01');
    },
    expected: [{ key: 'role:acr-pull', path: '', says: /present → absent/ }],
  },
  {
    what: 'the vault lets nobody in but by its firewall',
    isOurs: false,
    request: (hand) =>
      hand.patch(
        VAULT,
        '2026-02-01',
        properties({
          networkAcls: {
            bypass: 'AzureServices',
            defaultAction: 'Deny',
            ipRules: [{ value: '198.51.100.7/32' }],
          },
        }),
      ),
    expected: [{ key: 'key-vault', path: 'properties.networkAcls', says: /defaultAction: Allow → Deny/ }],
  },
  {
    what: 'the vault goes by access policies again',
    isOurs: true,
    request: (hand) => hand.patch(VAULT, '2026-02-01', properties({ enableRbacAuthorization: false })),
    expected: [{ key: 'key-vault', path: 'properties.enableRbacAuthorization', says: /true → false/ }],
  },
  {
    what: 'logs are kept longer',
    isOurs: false,
    request: (hand) =>
      hand.patch(
        'Microsoft.OperationalInsights/workspaces/draftgenie-logs',
        '2026-03-01',
        properties({ retentionInDays: 90 }),
      ),
    expected: [{ key: 'workspace', path: 'properties.retentionInDays', says: /30 → 90/ }],
  },
  {
    what: 'the diagnostic setting of the environment is deleted',
    isOurs: true,
    request: (hand) => hand.remove(DIAGNOSTICS, '2021-05-01-preview'),
    expected: [{ key: 'environment:diagnostics', path: '', says: /present → absent/ }],
  },
];
