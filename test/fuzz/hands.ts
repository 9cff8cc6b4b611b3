import { type Json, type JsonObject, jsonAt } from '../../src/shared/json.ts';
import type { Hand } from '../helpers/cloud/changes-by-hand.ts';

/** What somebody changes on Azure between two deployments. */
export interface HandChange {
  readonly title: string;
  make(hand: Hand): Promise<void>;
}

const APPS = '2026-01-01';
const POSTGRES = '2025-08-01';
const VAULTS = '2026-02-01';
const WEB = 'Microsoft.App/containerApps/web';
const SERVER = 'Microsoft.DBforPostgreSQL/flexibleServers/pair-pg-1';
const VAULT = 'Microsoft.KeyVault/vaults/pair-vault-1';

/** Somebody's own revision comes of it, under a suffix that no other change has. */
async function inContainer(
  hand: Hand,
  revisionSuffix: string,
  change: (container: JsonObject) => JsonObject,
): Promise<void> {
  const template = jsonAt(await hand.get(WEB, APPS), 'properties.template') as JsonObject;
  const containers = (template.containers as JsonObject[]).map(change);
  await hand.patch(WEB, APPS, { properties: { template: { ...template, containers, revisionSuffix } } });
}

const patch =
  (path: string, version: string, body: JsonObject): HandChange['make'] =>
  (hand) =>
    hand.patch(path, version, body);

export const HANDS: readonly HandChange[] = [
  {
    title: 'high availability',
    make: patch(SERVER, POSTGRES, { properties: { highAvailability: { mode: 'ZoneRedundant' } } }),
  },
  { title: 'days of backup', make: patch(SERVER, POSTGRES, { properties: { backup: { backupRetentionDays: 35 } } }) },
  {
    title: 'a rule of the server’s firewall',
    make: (hand) =>
      hand.put(`${SERVER}/firewallRules/by-hand`, POSTGRES, {
        properties: { startIpAddress: '198.51.100.1', endIpAddress: '198.51.100.1' },
      }),
  },
  {
    title: 'a rule for everybody in the server’s firewall',
    make: (hand) =>
      hand.put(`${SERVER}/firewallRules/everybody`, POSTGRES, {
        properties: { startIpAddress: '0.0.0.0', endIpAddress: '255.255.255.255' },
      }),
  },
  {
    title: 'the firewall of the vault',
    make: patch(VAULT, VAULTS, { properties: { networkAcls: { bypass: 'None', defaultAction: 'Allow' } } }),
  },
  {
    title: 'a tag of the vault',
    async make(hand) {
      const { tags } = await hand.get(VAULT, VAULTS);
      await hand.patch(VAULT, VAULTS, { tags: { ...(tags as JsonObject), owner: 'somebody' } });
    },
  },
  {
    title: 'a variable of an app',
    make: (hand) =>
      inContainer(hand, 'with-more', (container) => ({
        ...container,
        env: [...((container.env ?? []) as Json[]), { name: 'BY_HAND', value: 'yes' }],
      })),
  },
  {
    title: 'another value of a variable that we set',
    make: (hand) =>
      inContainer(hand, 'with-other', (container) => ({
        ...container,
        env: ((container.env ?? []) as JsonObject[]).map((one) =>
          one.name === 'MODE' ? { ...one, value: 'odd' } : one,
        ),
      })),
  },
  {
    title: 'a secret of an app',
    async make(hand) {
      const secrets = (jsonAt(await hand.get(WEB, APPS), 'properties.configuration.secrets') ?? []) as Json[];
      await hand.patch(WEB, APPS, {
        properties: { configuration: { secrets: [...secrets, { name: 'by-hand', value: 'somebody’s' }] } },
      });
    },
  },
  {
    title: 'a limit of an app’s old revisions',
    make: patch(WEB, APPS, { properties: { configuration: { maxInactiveRevisions: 77 } } }),
  },
  {
    title: 'the admin user of the registry',
    make: patch('Microsoft.ContainerRegistry/registries/pairregistry', '2025-11-01', {
      properties: { adminUserEnabled: true },
    }),
  },
];
