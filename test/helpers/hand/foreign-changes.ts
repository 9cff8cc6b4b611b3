import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { setSecret, updateSecret } from '../../../src/simulator/key-vault/secret-store.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import {
  APPS,
  app,
  configuration,
  type HandChange,
  POSTGRES,
  properties,
  REGISTRY,
  SERVER,
  secretsOf,
  type VaultChange,
} from './hand-change.ts';

const ASSIGNMENTS = `${REGISTRY}/providers/Microsoft.Authorization/roleAssignments`;
const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
const rule = (startIpAddress: string, endIpAddress: string) => properties({ startIpAddress, endIpAddress });
const parameter = (value: string) => properties({ value, source: 'user-override' });

/** What stands beside our own resources: children, assignments and secrets of somebody else. */
export const FOREIGN_CHANGES: readonly HandChange[] = [
  {
    what: 'the right to pull is given by an assignment of another id, which is as good',
    isOurs: false,
    async request(hand) {
      const live = await hand.get(ASSIGNMENTS, '2022-04-01');
      const role = (live.value as JsonObject[]).find((one) =>
        String(jsonAt(one, 'properties.roleDefinitionId')).endsWith(ACR_PULL),
      );
      if (!role) throw new Error('nobody may pull');
      const { roleDefinitionId = null, principalId = null } = role.properties as JsonObject;
      await hand.remove(`${ASSIGNMENTS}/${String(role.name)}`, '2022-04-01');
      await hand.put(
        `${ASSIGNMENTS}/11111111-2222-4333-8444-555555555555`,
        '2022-04-01',
        properties({ roleDefinitionId, principalId, principalType: 'ServicePrincipal' }),
      );
    },
    expected: [],
  },
  {
    what: 'a firewall rule for one address stands beside ours',
    isOurs: false,
    request: (hand) => hand.put(`${SERVER}/firewallRules/office`, POSTGRES, rule('203.0.113.7', '203.0.113.7')),
    expected: [{ key: '', path: 'office', says: /203\.0\.113\.7/ }],
  },
  {
    what: 'a database of somebody else stands beside ours',
    isOurs: false,
    request: (hand) =>
      hand.put(`${SERVER}/databases/reports`, POSTGRES, properties({ charset: 'UTF8', collation: 'en_US.utf8' })),
    expected: [{ key: '', path: 'reports' }],
  },
  {
    what: 'the server takes clear connections',
    isOurs: true,
    request: (hand) => hand.put(`${SERVER}/configurations/require_secure_transport`, POSTGRES, parameter('off')),
    expected: [{ key: '', path: 'require_secure_transport', says: /off/i }],
  },
  {
    what: 'another server parameter has a value of somebody’s own',
    isOurs: false,
    request: (hand) => hand.put(`${SERVER}/configurations/work_mem`, POSTGRES, parameter('65536')),
    expected: [{ key: '', path: 'work_mem', says: /65536/ }],
  },
  {
    what: 'an app has a secret of somebody else, with a value',
    isOurs: false,
    request: async (hand) =>
      hand.patch(
        app('speaker-service'),
        APPS,
        configuration({
          secrets: [...(await secretsOf(hand, 'speaker-service')), { name: 'partner-token', value: 'by-hand-12345' }],
        }),
      ),
    expected: [{ key: 'app:speaker_service', path: 'secrets[partner-token]' }],
  },
];

/** The vault's secrets. */
export const SECRET_CHANGES: readonly VaultChange[] = [
  {
    what: 'a given secret has another value in the vault',
    isOurs: true,
    edit: (cloud) => writeSecret(cloud, 'GEMINI-API-KEY', 'somebody-else-wrote-this'),
    expected: [{ key: '', path: 'GEMINI-API-KEY' }],
  },
  {
    what: 'a secret that an app reads is disabled',
    isOurs: false,
    edit: (cloud) => disableSecret(cloud, 'JWT-SECRET'),
    expected: [{ key: '', path: 'JWT-SECRET', says: /disabled/ }],
  },
];

function writeSecret(cloud: CloudState, name: string, value: string): void {
  for (const vault of Object.values(cloud.secrets)) setSecret(vault, name, { value }, Date.now() / 1000);
}

function disableSecret(cloud: CloudState, name: string): void {
  for (const vault of Object.values(cloud.secrets)) {
    const version = vault[name.toLowerCase()]?.versions.at(-1)?.version ?? '';
    updateSecret(vault, name, version, { attributes: { enabled: false } }, Date.now() / 1000);
  }
}
