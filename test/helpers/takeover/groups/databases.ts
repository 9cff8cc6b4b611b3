import { isJsonObject } from '../../../../src/shared/json.ts';
import {
  added,
  below,
  CACHE,
  changed,
  configured,
  inGroup,
  LOCK,
  one,
  SERVER,
  type Variation,
  varied,
  without,
} from './vary.ts';

export const GROWN_SERVER: Variation = (group) =>
  varied(group, [
    changed(SERVER, {
      sku: { name: 'Standard_D2ds_v4', tier: 'GeneralPurpose' },
      properties: {
        version: '15',
        storage: { storageSizeGB: 256, autoGrow: 'Enabled' },
        backup: { backupRetentionDays: 35, geoRedundantBackup: 'Enabled' },
        highAvailability: { mode: 'ZoneRedundant', standbyAvailabilityZone: '2' },
        availabilityZone: '1',
        maintenanceWindow: { customWindow: 'Enabled', dayOfWeek: 0, startHour: 2, startMinute: 0 },
      },
    }),
    added((now) => {
      const server = one(now, SERVER);
      return [
        below(server, `${SERVER}/databases`, 'reporting', { charset: 'UTF8', collation: 'en_US.utf8' }),
        below(server, `${SERVER}/firewallRules`, 'office', {
          startIpAddress: '198.51.100.7',
          endIpAddress: '198.51.100.7',
        }),
        below(server, `${SERVER}/firewallRules`, 'AllowAllAzureServicesAndResourcesWithinAzureIps_2023-9-1_9-0-0', {
          startIpAddress: '0.0.0.0',
          endIpAddress: '0.0.0.0',
        }),
        below(server, `${SERVER}/configurations`, 'max_connections', {
          value: '200',
          source: 'user-override',
          defaultValue: '50',
        }),
      ];
    }),
    changed(
      `${SERVER}/configurations`,
      { properties: { value: 'TLSv1.3', source: 'user-override' } },
      'ssl_min_protocol_version',
    ),
  ]);

export const PRIVATE_SERVER: Variation = (group) =>
  varied(group, [
    changed(SERVER, (body) => ({
      ...body,
      properties: {
        ...(isJsonObject(body.properties) ? body.properties : {}),
        network: {
          publicNetworkAccess: 'Disabled',
          delegatedSubnetResourceId: `${one(group, SERVER).id.split('/providers/')[0]}/providers/Microsoft.Network/virtualNetworks/notes/subnets/postgres`,
          privateDnsZoneArmResourceId: `${one(group, SERVER).id.split('/providers/')[0]}/providers/Microsoft.Network/privateDnsZones/notes.private.postgres.database.azure.com`,
        },
      },
    })),
    without(({ type }) => type === `${SERVER}/firewallRules`),
  ]);

export const MANAGED_CACHE: Variation = (group) => {
  const name = one(group, CACHE).id.split('/').at(-1) ?? '';
  const location = String(one(group, CACHE).body.location);
  const MANAGED = 'Microsoft.Cache/redisEnterprise';
  return varied(group, [
    without(({ type }) => type === CACHE),
    added((now) => {
      const cache = inGroup(now, MANAGED, name, {
        sku: { name: 'Balanced_B1' },
        properties: {
          hostName: `${name}.${location}.redis.azure.net`,
          resourceState: 'Running',
          redisVersion: '7.4',
          minimumTlsVersion: '1.2',
          highAvailability: 'Enabled',
        },
      });
      return [
        cache,
        below(cache, `${MANAGED}/databases`, 'default', {
          clientProtocol: 'Encrypted',
          port: 10000,
          clusteringPolicy: 'OSSCluster',
          evictionPolicy: 'NoEviction',
          accessKeysAuthentication: 'Enabled',
        }),
      ];
    }),
  ]);
};

export const LOCKED_SERVER = added((group) => [
  below(one(group, SERVER), LOCK, 'do-not-touch', { level: 'ReadOnly', notes: 'ask the database team' }),
]);

/** The file of somebody who wrote down how the server grew. */
export const GROWN_IN_FILE = configured((text) =>
  text
    .replaceAll('Standard_B1ms', 'Standard_D2ds_v4')
    .replace('tier: "Burstable"', 'tier: "GeneralPurpose"')
    .replace('version: "16"', 'version: "15"'),
);

export const NO_CACHE = without(({ type }) => type === CACHE);
